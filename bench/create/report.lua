-- What a run saw, as one line of JSON that is easy to find.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('FIGURES {"requests":%d,"seconds":%.6f,"broken":%d,"refused":%d,"late":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors.connect + errors.read + errors.write, errors.status,
    errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
