-- GETs the paths of a file in turn.
--
--   wrk -s search.lua URL -- PATHS

local requests, turn = {}, 0

function init(arguments)
    for path in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("GET", path)
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
