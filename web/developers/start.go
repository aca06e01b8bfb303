package developers

import (
	"strings"
)

// Step of the quick start: a key of the catalogue, a file to write, and a command that whoever follows types.
type Step struct {
	Key        string
	File, Text string // "" for none
	Command    string // "" for none
}

const copyProgram = `import json
import os
import pathlib
import urllib.parse
import urllib.request

file = pathlib.Path("copy.json")
copy = json.loads(file.read_text()) if file.exists() else {"cursor": "", "listings": {}}
more = True
while more:
    query = {"limit": 500}
    if copy["cursor"]:
        query["cursor"] = copy["cursor"]
    request = urllib.request.Request(
        "{server}/api/v1/changes?" + urllib.parse.urlencode(query),
        headers={"Authorization": "Bearer " + os.environ["WHEREWITHAL_KEY"]},
    )
    with urllib.request.urlopen(request) as answer:
        page = json.load(answer)
    for change in page["items"]:
        if change.get("deleted"):
            copy["listings"].pop(change["id"], None)
        else:
            copy["listings"][change["id"]] = change["listing"]
    copy["cursor"], more = page["next"], page["more"]
file.write_text(json.dumps(copy))
print(len(copy["listings"]), "listings")
`

const pageProgram = `import html
import json
import pathlib

listings = json.loads(pathlib.Path("copy.json").read_text())["listings"].values()
lines = [
    f'<li><a href="{html.escape(l["url"])}">{html.escape(l["title"])}</a>, {html.escape(l["group"]["name"])}</li>\n'
    for l in listings
]
page = "<!doctype html>\n<meta charset=utf-8>\n<title>Near us</title>\n<ul>\n" + "".join(lines) + "</ul>\n"
pathlib.Path("listings.html").write_text(page, encoding="utf-8")
print("listings.html is written")
`

// KeyShown stands for the key that whoever follows has been given.
const KeyShown = "wh_test_…"

// Start are the steps to a first result, in their order.
func Start(server string) []Step {
	steps := []Step{
		{Key: "ask"},
		{Key: "key", Command: "export WHEREWITHAL_KEY=" + KeyShown},
		{Key: "search", Command: `curl --silent --show-error --fail-with-body --header "Authorization: Bearer $WHEREWITHAL_KEY" '{server}/api/v1/search?q=hall&limit=3'`},
		{Key: "copy", File: "copy.py", Text: copyProgram, Command: "python3 copy.py"},
		{Key: "again", Command: "python3 copy.py"},
		{Key: "show", File: "show.py", Text: pageProgram, Command: "python3 show.py"},
	}
	for i := range steps {
		steps[i].Text = strings.ReplaceAll(steps[i].Text, "{server}", server)
		steps[i].Command = strings.ReplaceAll(steps[i].Command, "{server}", server)
	}
	return steps
}
