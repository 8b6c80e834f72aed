-- For wrk: creates one task with each request. Arguments: body, prefix of the Idempotency-Keys ("" sends none).
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end

function init(arguments)
  body = arguments[1]
  prefix = arguments[2] or ""
  sent = 0
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  if prefix ~= "" then
    sent = sent + 1
    wrk.headers["Idempotency-Key"] = prefix .. "-" .. thread_number .. "-" .. sent
  end
  return wrk.format("POST", nil, nil, body)
end

dofile("report.lua")
