-- The end of a wrk run as one line for this tool to read. Latencies are microseconds.

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format("placet-bench requests=%d microseconds=%d p50=%d p99=%d refused=%d broken=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed.status,
    failed.connect + failed.read + failed.write + failed.timeout))
end
