-- wrk's part: one signed request after another from a file of "<length>\n<request>", none twice.
local file

function init(args)
  file = assert(io.open(args[1], "rb"))
end

function request()
  local length = file:read("*l")
  if length == nil then
    -- Too few were written: begin again, and the count of stored rows will tell.
    file:seek("set")
    length = file:read("*l")
  end
  return file:read(tonumber(length))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d %d\n",
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration, latency:percentile(50), latency:percentile(99)
  ))
end
