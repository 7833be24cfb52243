-- Sends the requests of a file in turn; numbers in the bodies are fresh each time.
--
--   wrk -s mix.lua URL -- REQUESTS NUMBER FIRST
--
-- A line of REQUESTS is `METHOD<tab>PATH` or `METHOD<tab>PATH<tab>BODY`. NUMBER is the run of digits in the bodies that is
-- replaced by FIRST and those behind it; their length, and so the body's, stays.

local requests, turn, digits, number = {}, 0, nil, nil

local function split(text, word)
    local pieces, from = {}, 1
    while true do
        local first, last = text:find(word, from, true)
        pieces[#pieces + 1] = text:sub(from, (first or 0) - 1)
        if not first then return pieces end
        from = last + 1
    end
end

function init(arguments)
    digits = "%0" .. #arguments[2] .. "d"
    number = tonumber(arguments[3])
    for line in io.lines(arguments[1]) do
        local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t?(.*)$")
        if body == "" then
            requests[#requests + 1] = { wrk.format(method, path, {}, nil) }
        else
            local headers = { ["Content-Type"] = "application/fhir+json" }
            requests[#requests + 1] = split(wrk.format(method, path, headers, body), arguments[2])
        end
    end
end

function request()
    turn = turn % #requests + 1
    local pieces = requests[turn]
    if #pieces == 1 then return pieces[1] end
    number = number + 1
    return table.concat(pieces, string.format(digits, number))
end
