// The shape that hls.js gives to whatever loads for it, around a promise of an answer. It tells hls.js the width of the
// line and not its length: an answer that began late says nothing about how many bytes a second come.

const MOST_WAIT_MS = 300; // of a delay that hls.js gets to know
const ZERO = () => ({ start: 0, first: 0, end: 0 });

/** A loader class whose `fetch(context, signal, limitMs)` promises `{ url, status, data, firstMs, endMs }`. */
export function loaderOf(fetch) {
  return class Loader {
    constructor() {
      this.context = null;
      this.stats = newStats();
      this.stop = new AbortController();
      this.answer = null;
    }

    async load(context, config, callbacks) {
      this.context = context;
      const { stats, stop } = this;
      stats.loading.start = performance.now();
      try {
        const answer = await fetch(context, stop.signal, config.loadPolicy?.maxLoadTimeMs ?? config.timeout);
        if (stop.signal.aborted) return;
        this.answer = answer;
        this.#time(answer);
        callbacks.onSuccess({ url: answer.url, data: answer.data, code: answer.status }, stats, context, null);
      } catch (cause) {
        if (!stop.signal.aborted) callbacks.onError({ code: cause.status ?? 0, text: cause.message }, context, null, stats);
      }
    }

    abort() {
      if (this.stats.loading.end || this.stop.signal.aborted) return;
      this.stats.aborted = true;
      this.stop.abort();
    }

    destroy() {
      this.abort();
    }

    getCacheAge() {
      return null;
    }

    getResponseHeader() {
      return null;
    }

    /** As if it had been asked for just now. */
    #time({ data, startMs, firstMs, endMs }) {
      const { loading } = this.stats;
      const now = performance.now();
      loading.end = now;
      loading.first = now - (endMs - firstMs);
      loading.start = loading.first - Math.min(firstMs - startMs, MOST_WAIT_MS);
      this.stats.tookMs = endMs - startMs;
      this.stats.loaded = this.stats.total = typeof data === "string" ? data.length : data.byteLength;
    }
  };
}

function newStats() {
  return {
    aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0,
    loading: ZERO(), parsing: { start: 0, end: 0 }, buffering: ZERO(),
  };
}
