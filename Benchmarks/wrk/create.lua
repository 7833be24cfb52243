-- POSTs a resource again and again, each time with a number of its own.
--
--   wrk -s create.lua URL -- TEMPLATE NUMBER FIRST
--
-- NUMBER is the run of digits in the file TEMPLATE that is replaced by FIRST and those behind it; their length, and so
-- the body's, stays.

local pieces, head, digits, number = {}, nil, nil, nil

function init(arguments)
    local file = assert(io.open(arguments[1]))
    local body = file:read("*a")
    file:close()
    digits = "%0" .. #arguments[2] .. "d"
    number = tonumber(arguments[3])
    local from = 1
    while true do
        local first, last = body:find(arguments[2], from, true)
        pieces[#pieces + 1] = body:sub(from, (first or 0) - 1)
        if not first then break end
        from = last + 1
    end
    wrk.headers["Content-Type"] = "application/fhir+json"
    head = wrk.format("POST", nil, nil, body):sub(1, -#body - 1)
end

function request()
    number = number + 1
    return head .. table.concat(pieces, string.format(digits, number))
end
