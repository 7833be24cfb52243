-- PUTs resources in turn, each time with a number of its own.
--
--   wrk -s update.lua URL -- TEMPLATE NUMBER FIRST IDS
--
-- As create.lua; the file IDS has one id a line, and TEMPLATE the word `RESOURCE-ID` where it belongs.

local requests, digits, number, turn = {}, nil, nil, 0

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
    local file = assert(io.open(arguments[1]))
    local template = file:read("*a")
    file:close()
    digits = "%0" .. #arguments[2] .. "d"
    number = tonumber(arguments[3])
    wrk.headers["Content-Type"] = "application/fhir+json"
    local path = wrk.path
    for id in io.lines(arguments[4]) do
        local body = table.concat(split(template, "RESOURCE-ID"), id)
        requests[#requests + 1] = split(wrk.format("PUT", path .. "/" .. id, nil, body), arguments[2])
    end
end

function request()
    number = number + 1
    turn = turn % #requests + 1
    return table.concat(requests[turn], string.format(digits, number))
end
