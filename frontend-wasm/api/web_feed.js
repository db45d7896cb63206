// The browser's side of browser.cpp's feed: /api/manage/live through fetch, one for all tabs that are in sight.
// A tab that holds the lock listens and passes every frame on to the others. Web Locks exist on https and on
// localhost only; elsewhere each tab in sight listens for itself. Hidden tabs neither listen nor hold the lock.
mergeInto(LibraryManager.library, {
  $Feed__deps: ['$Page'],
  $Feed: {
    wanted: false,
    leads: false,
    up: false,
    channel: null,
    reading: null,   // an AbortController while a feed is open or being opened
    queueing: null,  // an AbortController while the lock is waited for
    release: null,   // lets go of the lock

    // The other tabs hear what the listening one tells itself.
    share: function(message) {
      if (Feed.channel) Feed.channel.postMessage(message);
    },
    turned: function(up, status) {
      Feed.up = up;
      if (Feed.wanted) _ui_feed_turned(up ? 1 : 0, status);
    },
    lead: function(up, status) {
      Feed.share({up: up, status: status});
      Feed.turned(up, status);
    },
    say: function(frame) {
      if (Feed.wanted) Page.withText(frame, _ui_feed_frame);
    },
    heard: function(message) {
      if (Feed.leads) {
        if (message.ask && Feed.up) Feed.share({up: true, status: 200});
      } else if (message.frame !== undefined) {
        Feed.say(message.frame);
      } else if (message.up !== undefined) {
        Feed.turned(message.up, message.status);
      }
    },
    joinOthers: function() {
      if (Feed.channel || !window.BroadcastChannel || !navigator.locks) return;
      Feed.channel = new BroadcastChannel('geminate-feed');
      Feed.channel.onmessage = function(event) { Feed.heard(event.data); };
    },
    becomeLeader: function() {
      Feed.leads = true;
      Feed.read();
    },
    queue: function() {
      if (!navigator.locks) return Feed.becomeLeader();
      if (Feed.queueing) return;
      const queueing = Feed.queueing = new AbortController();
      navigator.locks.request('geminate-feed', {signal: queueing.signal}, function() {
        Feed.queueing = null;
        return new Promise(function(release) {
          if (queueing.signal.aborted) return release();
          Feed.release = release;
          Feed.becomeLeader();
        });
      }).catch(function(fault) {
        if (fault.name !== 'AbortError') throw fault;
      });
    },

    // Frames end with an empty line.
    split: function(state, text) {
      const frames = (state.rest + text).split('\n\n');
      state.rest = frames.pop();
      for (const frame of frames) {
        if (frame[0] === ':') continue;
        Feed.share({frame: frame});
        Feed.say(frame);
      }
    },
    pump: function(reader, state) {
      return reader.read().then(function(part) {
        if (part.done) return undefined;
        Feed.split(state, state.decoder.decode(part.value, {stream: true}));
        return Feed.pump(reader, state);
      });
    },
    read: function() {
      if (Feed.reading) return;
      const reading = Feed.reading = new AbortController();
      // Faults of the network end up here like the feed's end; those of ours must not.
      const ended = function(status) {
        if (Feed.reading !== reading) return;
        Feed.reading = null;
        Feed.lead(false, status);
      };
      fetch('/api/manage/live', {
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        headers: {'Accept': 'text/event-stream'},
        signal: reading.signal,
      }).then(function(response) {
        if (!response.ok) return response.status;
        Feed.lead(true, response.status);
        return Feed.pump(response.body.getReader(), {rest: '', decoder: new TextDecoder()}).then(function() { return 0; });
      }).then(ended, function(fault) {
        if (fault instanceof WebAssembly.RuntimeError) throw fault;
        ended(0);
      });
    },
    stop: function() {
      Feed.wanted = Feed.leads = Feed.up = false;
      if (Feed.reading) Feed.reading.abort();
      if (Feed.queueing) Feed.queueing.abort();
      if (Feed.release) Feed.release();
      if (Feed.channel) Feed.channel.close();
      Feed.reading = Feed.queueing = Feed.release = Feed.channel = null;
    },
  },

  web_listen__deps: ['$Feed'],
  web_listen: function(wanted) {
    if (!wanted) return Feed.stop();
    Feed.wanted = true;
    Feed.joinOthers();
    if (Feed.leads) {
      Feed.read();
    } else {
      Feed.queue();
      Feed.share({ask: true});
    }
  },
});
