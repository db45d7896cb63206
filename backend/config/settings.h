#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "backend/config/config.h"
#include "backend/config/setting_checks.h"
#include "backend/config/upstream_proxy.h"

namespace geminate::config {

enum class Unit : std::uint8_t { None, Bytes, Seconds };

/// A text for people, in both of the console's languages.
struct Words {
  std::string_view english = {};
  std::string_view chinese = {};

  [[nodiscard]] constexpr bool empty() const { return english.empty(); }
};

/// What is to be known about a setting besides its name, its type and its default, which is the member's.
struct SettingFacts {
  /// Ends with a full stop.
  Words sentence;
  /// Heading that begins with this setting in documents and console; empty: goes on under the last one.
  Words section = {};
  /// What a value must be; numbers and enums say it themselves.
  Words allowed = {};
  /// Stands where the default would, for defaults that are no value.
  Words default_words = {};
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  Unit unit = Unit::None;
  /// For texts, and for each piece of a list: whether the value will do.
  bool (*accepts)(std::string_view value) = nullptr;
  /// A list's pieces are separated by commas, and by blanks too if this says so.
  bool blanks_separate = false;
  /// Whether NAME_FILE may name a file that holds the value.
  bool has_file = false;
  /// A further name of the setting, for people who come from elsewhere; two at most.
  std::string_view aliases[2] = {};
  /// Whether a running server takes a new value over, so that the console offers to change it: what is
  /// consumed once, when sockets, files and threads are made, waits for a restart.
  bool live = false;
};

/// Every setting once. Parsing, the list of faults, `.env.example`, CONFIGURATION.md and the console's
/// page are visitors of this list: `setting(name, member, facts)`; `Self` may be const. Whether it is a
/// secret, the member's type says.
template <class Self, class Setting>
void describe_key_settings(Self& config, Setting&& setting) {
  setting("KEY_STORAGE_MODE", config.key_storage_mode,
          {.sentence =
               {"Where upstream keys and console-made client tokens live: in memory for this run only, or in "
                "the database. Any other value is reported in the log and memory is used.",
                "上游 Key "
                "与控制台创建的令牌存放在哪里：仅本次运行的内存，或数据库。其他取值会记入日志，并使用内存。"},
           .section = {"Keys", "Key"}});
  setting(
      "GEMINI_API_KEYS", config.gemini_api_keys,
      {.sentence = {"Upstream keys; memory mode's list. In database mode they are not read unless an admin "
                    "imports them. The file holds one a line.",
                    "上游 Key，即内存模式的初始列表。数据库模式不读取它，除非管理员导入。文件中每行一个。"},
       .allowed = {"visible ASCII characters, 4096 at most each", "可见 ASCII 字符，每个最多 4096 个"},
       .accepts = is_key_text,
       .blanks_separate = true,
       .has_file = true});
  setting("DATABASE_URL", config.database_url,
          {.sentence = {"Database mode's store. Unset, it is geminate.db in DATA_DIR.",
                        "数据库模式的存储位置。未设置时为 DATA_DIR 中的 geminate.db。"},
           .allowed = {"sqlite: and a file's path", "sqlite: 加文件路径"},
           .accepts = is_database_url});
  setting("KEY_ENCRYPTION_KEY", config.key_encryption_key,
          {.sentence =
               {"Wraps the keys that seal what is secret in the database. Unset, and no database yet: the "
                "first start makes one and keeps it in DATA_DIR/encryption.key, which wants a back-up apart "
                "from the database.",
                "用于封装数据库中加密机密内容的密钥。未设置且尚无数据库时，首次启动会生成一个并写入 "
                "DATA_DIR/encryption.key，请与数据库分开备份。"},
           .allowed = {"base64 of exactly 32 bytes", "恰好 32 字节的 base64"},
           .has_file = true});
  setting("KEY_ENCRYPTION_KEY_PREVIOUS", config.key_encryption_key_previous,
          {.sentence =
               {"The KEY_ENCRYPTION_KEY before this one, to exchange it: where the database still belongs to "
                "it, the start wraps the database's keys under the present one.",
                "上一个 KEY_ENCRYPTION_KEY，用于更换密钥：若数据库仍属于它，启动时会改用当前密钥重新封装。"},
           .allowed = {"base64 of exactly 32 bytes", "恰好 32 字节的 base64"},
           .has_file = true});
}

template <class Self, class Setting>
void describe_access_settings(Self& config, Setting&& setting) {
  setting(
      "CLIENT_TOKENS", config.client_tokens,
      {.sentence =
           {"Tokens that API clients present. They count in both modes, besides those made in the console.",
            "API 客户端出示的令牌。两种模式下都有效，与控制台创建的令牌并存。"},
       .section = {"Access", "访问"},
       .allowed = {"16 to 4096 visible ASCII characters each", "每个 16 至 4096 个可见 ASCII 字符"},
       .accepts = is_client_token,
       .aliases = {"PASSWORD", "USERS_API_KEY"}});
  setting("ADMIN_API_KEY", config.admin_api_key,
          {.sentence = {"The admin's secret: the console's password, and the bearer token of scripts. Unset: "
                        "the first start makes one and keeps it in DATA_DIR/admin.key.",
                        "管理员密钥：控制台的密码，也是脚本的 Bearer "
                        "令牌。未设置时，首次启动会生成一个并写入 DATA_DIR/admin.key。"},
           .allowed = {"16 characters at least, and no client token", "至少 16 个字符，且不是客户端令牌"},
           .accepts = is_admin_secret});
  setting(
      "KEY_REVEAL", config.key_reveal,
      {.sentence = {"Whether an admin may see and export upstream keys whole, after giving the password once "
                    "more; each time stands in the log. Only the environment turns it on: a stolen session "
                    "cannot.",
                    "管理员再次输入密码后，是否可以查看和导出完整的上游 "
                    "Key；每次操作都会写入日志。只能通过环境开启：被盗的会话无法开启。"}});
  setting("CORS_ORIGINS", config.cors_origins,
          {.sentence = {"Origins whose pages may call the client surfaces.",
                        "允许哪些来源的网页调用客户端接口。"},
           .allowed = {"origins such as https://chat.example.org, or * for all",
                       "来源，例如 https://chat.example.org；* 表示全部"},
           .default_words = {"none", "无"},
           .accepts = is_origin,
           .live = true});
}

template <class Self, class Setting>
void describe_server_settings(Self& config, Setting&& setting) {
  setting("HOST", config.host,
          {.sentence = {"The address to listen on.", "监听地址。"},
           .section = {"Server", "服务器"},
           .allowed = {"an IP address or a host name", "IP 地址或主机名"},
           .accepts = is_host});
  setting("PORT", config.port,
          {.sentence = {"The port to listen on; 0 takes a free one and logs it.",
                        "监听端口；0 表示任取一个空闲端口并写入日志。"},
           .least = 0,
           .most = 65535});
  setting(
      "TLS_CERT_FILE", config.tls_cert_file,
      {.sentence =
           {"The server's certificate, PEM: its own first, then its chain. With it, clients speak "
            "https. A file that is replaced is taken over within seconds.",
            "服务器证书（PEM）：先是自身证书，再是证书链。设置后客户端使用 https。文件被替换后数秒内生效。"},
       .default_words = {"none, plain HTTP", "无，使用明文 HTTP"}});
  setting(
      "TLS_KEY_FILE", config.tls_key_file,
      {.sentence = {"The certificate's private key, PEM and not encrypted.", "证书的私钥（PEM，未加密）。"},
       .default_words = {"none", "无"}});
  setting(
      "TRUSTED_PROXIES", config.trusted_proxies,
      {.sentence = {"Proxies in front of this server. What they say in X-Forwarded-For, "
                    "X-Forwarded-Proto and X-Forwarded-Host, or in Forwarded, about a client's address, "
                    "scheme and host is believed; from others it is ignored.",
                    "本服务器前面的代理。它们在 X-Forwarded-For、X-Forwarded-Proto、X-Forwarded-Host 或 "
                    "Forwarded 中声明的客户端地址、协议与主机会被采信；其他来源的一律忽略。"},
       .allowed = {"IP addresses and CIDR blocks such as 10.0.0.0/8", "IP 地址与 CIDR 网段，例如 10.0.0.0/8"},
       .default_words = {"none", "无"},
       .accepts = is_address_block,
       .blanks_separate = true});
  setting("DATA_DIR", config.data_dir,
          {.sentence = {"The folder where files are kept.", "存放文件的文件夹。"}});
  setting("WORKERS", config.workers,
          {.sentence = {"Event loops; 0 means one per core.", "事件循环的数量；0 表示每个核心一个。"},
           .default_words = {"number of cores", "核心数"},
           .most = 1024});
  setting("LOG_LEVEL", config.log_level,
          {.sentence = {"What is logged, to standard error; warn is read as warning.",
                        "记录哪些日志（输出到标准错误）；warn 等同于 warning。"},
           .live = true});
  setting("LOG_FORMAT", config.log_format, {.sentence = {"How it is logged.", "日志的格式。"}});
}

template <class Self, class Setting>
void describe_egress_settings(Self& config, Setting&& setting) {
  setting(
      "UPSTREAM_PROXY", config.upstream_proxy,
      {.sentence =
           {"The proxy that leads to upstream, and others for single projects or keys: one `URL` for all, "
            "`project:NAME=URL`, `key:ID=URL`; `direct` as the URL means none. A key's own goes before its "
            "project's. The proxies of the environment (http_proxy and its like) are not looked at.",
            "通往上游的代理，也可为个别项目或 Key 单独指定：对全部生效的 "
            "`URL`、`project:名称=URL`、`key:ID=URL`；"
            "URL 写 `direct` 表示不用代理。Key 自己的优先于其项目的。环境变量 http_proxy 等一律忽略。"},
       .allowed =
           {"http://[user:password@]host:port or socks5://[user:password@]host:port, percent-encoded "
            "where a comma, a % or a colon belongs to user or password; https:// proxies are not spoken "
            "to",
            "http://[用户:密码@]主机:端口 或 socks5://[用户:密码@]主机:端口；用户与密码中的逗号、% "
            "和冒号需百分号编码；不支持 https:// 代理"},
       .default_words = {"none", "无"},
       .accepts = is_proxy_rule,
       .has_file = true});
  setting(
      "UPSTREAM_ALLOWED_ADDRESSES", config.upstream_allowed_addresses,
      {.sentence =
           {"Addresses of private and special networks that upstream's or a proxy's name may lead to. All "
            "others are refused when a connection is made: whoever answers for a name must not lead keys "
            "there. What GEMINI_BASE_URL or UPSTREAM_PROXY gives as an address need not be named.",
            "上游或代理的域名可以解析到的内网及特殊地址。其他此类地址在建立连接时一律拒绝，以免域名解析把 "
            "Key "
            "带到那里。GEMINI_BASE_URL 或 UPSTREAM_PROXY 中直接写出的地址无需列出。"},
       .allowed = {"addresses and blocks such as 10.1.0.0/16 or fd00::/8",
                   "地址或网段，例如 10.1.0.0/16、fd00::/8"},
       .default_words = {"none", "无"},
       .accepts = is_address_block});
}

template <class Self, class Setting>
void describe_upstream_settings(Self& config, Setting&& setting) {
  setting("GEMINI_BASE_URL", config.gemini_base_url,
          {.sentence = {"Where Gemini is.", "Gemini 的地址。"},
           .section = {"Upstream", "上游"},
           .allowed = {"an https:// address, or http:// for loopback; no user, query or fragment",
                       "https:// 地址，本机可用 http://；不含用户名、查询串和片段"},
           .accepts = is_base_url});
  describe_egress_settings(config, setting);
  setting("FORWARD_HEADERS", config.forward_headers,
          {.sentence = {"Further request headers to send upstream.", "另外转发给上游的请求头。"},
           .allowed = {"header names; none of credentials, framing, connections or clients' addresses",
                       "请求头名称；不含凭据、分帧、连接与客户端地址类"},
           .default_words = {"none", "无"},
           .accepts = is_forwardable_header,
           .live = true});
  setting("REQUEST_TIMEOUT_SECONDS", config.request_timeout_seconds,
          {.sentence = {"Deadline of one proxied request, all its attempts together.",
                        "一个代理请求的总时限，包含它的所有尝试。"},
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds,
           .live = true});
  setting("QUEUE_TIMEOUT_MS", config.queue_timeout_ms,
          {.sentence =
               {"How long a request may wait for a key when all rest, in milliseconds and within its "
                "deadline; first come, first served. Who cannot get one in that time is refused at once: "
                "with 0, everybody.",
                "所有 Key 都在冷却时，请求最多等待多少毫秒（不超过请求时限），先到先得。等不到的立即拒绝；0 "
                "表示一律立即拒绝。"},
           .least = 0,
           .most = 3'600'000,
           .live = true});
  setting("QUEUE_LIMIT", config.queue_limit,
          {.sentence = {"How many requests may wait so on each worker; one more is refused at once.",
                        "每个工作线程最多有多少请求这样等待；再多的立即拒绝。"},
           .least = 1,
           .most = 1'000'000,
           .live = true});
  setting("CONNECT_TIMEOUT_SECONDS", config.connect_timeout_seconds,
          {.sentence = {"How long connecting to upstream may take.", "连接上游最多用多久。"},
           .least = 1,
           .most = 300,
           .unit = Unit::Seconds,
           .live = true});
  setting("FIRST_BYTE_TIMEOUT_SECONDS", config.first_byte_timeout_seconds,
          {.sentence = {"How long upstream may take from the request's last byte to the answer's first.",
                        "从请求的最后一个字节到响应的第一个字节，上游最多用多久。"},
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds,
           .live = true});
  setting("IDLE_TIMEOUT_SECONDS", config.idle_timeout_seconds,
          {.sentence = {"How long upstream may be silent within an answer.", "响应途中上游最多沉默多久。"},
           .least = 1,
           .most = 86'400,
           .unit = Unit::Seconds,
           .live = true});
}

template <class Self, class Setting>
void describe_limit_settings(Self& config, Setting&& setting) {
  setting(
      "MAX_CONNECTIONS", config.max_connections,
      {.sentence = {"Clients' connections that may be open at once; one more is answered 503. The system's "
                    "limit of open files has to allow two for each.",
                    "同时打开的客户端连接最多多少个；再多的回答 503。系统的打开文件数上限须为其两倍。"},
       .section = {"Limits", "限制"},
       .least = 1,
       .most = 1'000'000});
  setting("MAX_HEADER_BYTES", config.max_header_bytes,
          {.sentence = {"A request's head may have so many bytes.", "一个请求的头部最多多少字节。"},
           .least = 1024,
           .most = 1024 * 1024,
           .unit = Unit::Bytes,
           .live = true});
  setting("MAX_HEADERS", config.max_headers,
          {.sentence = {"A request may have so many header fields.", "一个请求最多多少个头部字段。"},
           .least = 10,
           .most = 10'000,
           .live = true});
  setting("MAX_BODY_BYTES", config.max_body_bytes,
          {.sentence = {"A request's body may have so many bytes.", "一个请求的正文最多多少字节。"},
           .least = 1024,
           .most = 4ULL * 1024 * 1024 * 1024,
           .unit = Unit::Bytes,
           .live = true});
  setting("BODY_BUDGET_BYTES", config.body_budget_bytes,
          {.sentence = {"All bodies in memory together may have so many bytes; at least MAX_BODY_BYTES.",
                        "内存中所有正文合计最多多少字节；不得小于 MAX_BODY_BYTES。"},
           .least = 1024,
           .most = 1024ULL * 1024 * 1024 * 1024,
           .unit = Unit::Bytes,
           .live = true});
}

template <class Self, class Setting>
void describe_health_settings(Self& config, Setting&& setting) {
  setting("CHECK_ON_ADD", config.check_on_add,
          {.sentence = {"Whether keys that an admin adds are checked at upstream at once, in the background.",
                        "管理员添加 Key 后，是否立即在后台向上游检查。"},
           .section = {"Health of keys", "Key 的健康"},
           .live = true});
  setting("CHECK_CONCURRENCY", config.check_concurrency,
          {.sentence = {"Checks of keys that may be in flight at once.", "同时进行的 Key 检查最多多少个。"},
           .least = 1,
           .most = 256,
           .live = true});
  setting("RECHECK_AFTER_SECONDS", config.recheck_after_seconds,
          {.sentence = {"How long after upstream refused a key it is checked again by itself; every further "
                        "time takes twice as long, up to six hours.",
                        "上游拒绝某个 Key 后，隔多久自动再次检查；之后每次加倍，最长六小时。"},
           .least = 1,
           .most = 21'600,
           .unit = Unit::Seconds,
           .live = true});
}

template <class Self, class Setting>
void describe_usage_settings(Self& config, Setting&& setting) {
  setting(
      "USAGE_RETENTION_DAYS", config.usage_retention_days,
      {.sentence = {"How many days the record of a request is kept; sums by hour and day are kept for 400.",
                    "单个请求的记录保留多少天；按小时和按天的汇总保留 400 天。"},
       .section = {"Usage", "用量"},
       .least = 1,
       .most = 3650,
       .live = true});
  setting("USAGE_MAX_BYTES", config.usage_max_bytes,
          {.sentence = {"The usage database may have so many bytes; the oldest requests go first. Memory "
                        "mode keeps the last 100000 requests.",
                        "用量数据库最多多少字节；最早的请求先删除。内存模式保留最近 100000 个请求。"},
           .least = 16ULL * 1024 * 1024,
           .most = 1024ULL * 1024 * 1024 * 1024,
           .unit = Unit::Bytes,
           .live = true});
}

template <class Self, class Setting>
void describe_settings(Self& config, Setting&& setting) {
  describe_key_settings(config, setting);
  describe_access_settings(config, setting);
  describe_server_settings(config, setting);
  describe_upstream_settings(config, setting);
  describe_limit_settings(config, setting);
  describe_health_settings(config, setting);
  describe_usage_settings(config, setting);
}

}  // namespace geminate::config
