-- Load for wrk: POST /consent with a realistic body of about 1.5 KB, each for a subject never seen before.
-- Arguments after `--`: the API key, and a text that no other run uses.

local threads = 0
local served = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local FIELDS = [[{\"email\":\"%s\",\"first_name\":\"Ada\",\"last_name\":\"Lovelace\",]]
  .. [[\"company\":\"Analytical Engines Ltd\",\"country\":\"FR\",\"newsletter\":\"on\",\"partners\":\"\",]]
  .. [[\"profiling\":\"\",\"source\":\"footer\",\"comment\":\"Please send the catalogue once a month.\"}]]

local FORM = [[<form id=\"newsletter\" action=\"/newsletter\" method=\"post\">]]
  .. [[<h2>Our newsletter<\/h2><p>Once a month: new machines, workshops and talks. You can leave at any time.<\/p>]]
  .. [[<label>First name <input name=\"first_name\" required><\/label>]]
  .. [[<label>Last name <input name=\"last_name\" required><\/label>]]
  .. [[<label>E-mail <input name=\"email\" type=\"email\" required><\/label>]]
  .. [[<label><input name=\"newsletter\" type=\"checkbox\" required> I want to receive the newsletter<\/label>]]
  .. [[<label><input name=\"partners\" type=\"checkbox\"> Partners may write to me<\/label>]]
  .. [[<label><input name=\"profiling\" type=\"checkbox\"> Recommend articles from what I read in the shop ]]
  .. [[and in the newsletter<\/label>]]
  .. [[<p>What we do with this is in our <a href=\"/privacy\">privacy policy<\/a>, with all the ways to change your mind.<\/p>]]
  .. [[<button>Subscribe<\/button><\/form>]]

local BODY = [[{"subject":{"id":"%s","email":"%s","first_name":"Ada","last_name":"Lovelace",]]
  .. [["full_name":"Ada Lovelace","verified":false},"legal_notices":[{"identifier":"privacy_policy"},]]
  .. [[{"identifier":"terms"}],"proofs":[{"content":"]] .. FIELDS .. [[","form":"]] .. FORM .. [["}],]]
  .. [["preferences":{"newsletter":true,"partners":false,"profiling":false},"ip_address":"203.0.113.%d"}]]

function init(args)
  wrk.method = "POST"
  wrk.path = "/consent"
  wrk.headers["ApiKey"] = args[1]
  wrk.headers["Content-Type"] = "application/json"
  run = args[2]
end

function request()
  served = served + 1
  local subject = run .. "-" .. number .. "-" .. served
  local email = subject .. "@example.org"
  return wrk.format(nil, nil, nil, string.format(BODY, subject, email, email, served % 256))
end
