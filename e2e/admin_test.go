package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wherewithal/store/storetest"
)

// office is where an operator types commands, with a database of its own.
type office struct {
	t       *testing.T
	address string
	env     []string
}

func newOffice(t *testing.T, address string) office {
	t.Helper()
	return office{t, address, []string{"DATABASE_URL=" + address, "PLACE_SECRET=" + strings.Repeat("p", 32), "PUBLIC_URL=",
		"LOG_LEVEL=warn", "LOG_FORMAT="}}
}

// does a command that works, and returns what it says.
func (o office) does(args ...string) string {
	o.t.Helper()
	said, code := runs(o.t, program(o.t, "admin", args...), o.env...)
	if code != 0 {
		o.t.Errorf("admin %q: exit code %d:\n%s", args, code, said)
	}
	return said
}

// refuses a command with an exit code and one line that says what to do.
func (o office) refuses(code int, words string, args ...string) {
	o.t.Helper()
	said, got := runs(o.t, program(o.t, "admin", args...), o.env...)
	if got != code || !strings.HasPrefix(said, "wherewithal: ") || strings.Contains(said, "\n") || !strings.Contains(said, words) {
		o.t.Errorf("admin %q: exit code %d, want %d, and one line with %q:\n%s", args, got, code, words, said)
	}
}

func (o office) query(sql string) string { o.t.Helper(); return query(o.t, o.address, sql) }

func (o office) want(want, sql string) {
	o.t.Helper()
	if got := o.query(sql); got != want {
		o.t.Errorf("%s\nanswers %q, want %q", sql, got, want)
	}
}

func TestAdminMisreadIsToldBeforeAnythingIsOpened(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "postgres://nobody@127.0.0.1:1/none") // no command may get as far
	folder := t.TempDir()
	for _, c := range []struct {
		words string
		args  []string
	}{
		{`no command "paint"`, []string{"paint"}},
		{"migrate wants no arguments", []string{"migrate", "twice"}},
		{"reindex wants no arguments", []string{"reindex", "now"}},
		{"seed wants one whole number", []string{"seed", "many"}},
		{"seed wants one whole number", []string{"seed", "-1"}},
		{"seed wants one whole number", []string{"seed", "1", "2"}},
		{"make-operator wants the person's mail address", []string{"make-operator"}},
		{"make-operator wants the person's mail address", []string{"make-operator", ""}},
		{`"ama" is not`, []string{"make-operator", "ama"}},
		{"wants the person's mail address and the network's address name", []string{"make-connector", "ama@choir.example"}},
		{`"ama@" is not`, []string{"make-connector", "ama@", "greenwich"}},
		{"unmake-operator wants the person's mail address", []string{"unmake-operator", "ama@choir.example", "now"}},
		{"unmake-connector wants the person's mail address, the network's address name, and words", []string{"unmake-connector", "ama@choir.example", "greenwich"}},
		{"wants 3 to 1000 letters", []string{"unmake-connector", "ama@choir.example", "greenwich", " "}},
		{"hide wants the listing's id, a reason (", []string{"hide", nobodys}},
		{`"12" is not`, []string{"hide", "12", "wrong", "It is a garage."}},
		{`"because" is not`, []string{"hide", nobodys, "because", "It is a garage."}},
		{"wants 3 to 2000 letters", []string{"hide", nobodys, "wrong", " "}},
		{"share-out wants the network's address name, or nothing", []string{"share-out", "a", "b"}},
		{"replay wants -days and a number, and -weights and a file", []string{"replay"}},
		{"replay wants 1 to 366 days", []string{"replay", "-days", "0", "-weights", "x"}},
		{"replay wants a file that can be read", []string{"replay", "-weights", folder + "/none.json"}},
		{"places wants: import, and the file", []string{"places"}},
		{"places wants: import, and the file", []string{"places", "export", "x"}},
		{"there is none at " + folder + "/none.txt", []string{"places", "import", folder + "/none.txt"}},
		{"there is none at " + folder, []string{"places", "import", folder}},
	} {
		o.refuses(2, c.words, c.args...)
	}
	o.refuses(1, "nothing answers at DATABASE_URL: start Postgres there", "migrate")
	for _, help := range []string{"-h", "--help", "help"} {
		if said := o.does(help); !strings.Contains(said, "make-connector address network") || !strings.Contains(said, "DATABASE_URL") {
			t.Errorf("admin %s:\n%s", help, said)
		}
	}
}

func TestAdminLooksAfterASite(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.New(t, func(string) error { return nil }, "empty"))
	o.does("migrate")
	tables := o.query(`select count(*)::text from pg_tables where schemaname = 'public'`)
	o.does("migrate")
	o.want(tables, `select count(*)::text from pg_tables where schemaname = 'public'`)

	elsewhere := o
	elsewhere.env = append(o.env, "PUBLIC_URL=https://wherewithal.example")
	elsewhere.refuses(1, "PUBLIC_URL https://wherewithal.example is not this machine", "seed")
	o.want("0", `select count(*)::text from groups`)
	o.does("seed", "7")
	o.want("60 groups, 300 listings", `select (select count(*) from groups) || ' groups, ' || (select count(*) from listings) || ' listings'`)
	o.refuses(1, "the database is not empty", "seed")

	who := o.query(`select address from people order by address limit 1`)
	network := o.query(`select slug from networks order by slug limit 1`)
	o.refuses(1, "nobody has signed in with stranger@choir.example yet", "make-operator", "stranger@choir.example")
	o.refuses(1, "nobody has signed in with stranger@choir.example yet", "make-connector", "stranger@choir.example", network)
	o.refuses(1, `there is no network "atlantis"`, "make-connector", who, "atlantis")
	o.want("0", `select count(*)::text from events where verb like 'person.made%'`)
	wants(t, o.does("make-operator", " "+strings.ToUpper(who)), who+" looks after the whole site now")
	o.want("true", `select operator::text from people where address = '`+who+`'`)
	wants(t, o.does("make-connector", who, network), who+" looks after")
	o.does("make-connector", who, network) // again: nothing doubled
	o.want("1", `select count(*)::text from connectors c join people p on p.id = c.person_id join networks n on n.id = c.network_id
		where p.address = '`+who+`' and n.slug = '`+network+`' and c.until is null`)
	o.want("person.made_connector person.made_connector person.made_operator", `select string_agg(verb, ' ' order by verb) from events where verb like 'person.made%'`)

	o.refuses(1, who+" is the last operator", "unmake-operator", who)
	wants(t, o.does("unmake-operator", who, "last"), who+" no longer looks after the whole site")
	o.want("false", `select operator::text from people where address = '`+who+`'`)
	wants(t, o.does("unmake-connector", who, network, "Nobody", "answers."), who+" no longer looks after")
	o.refuses(1, who+" does not look after", "unmake-connector", who, network, "Nobody answers.")
	o.want("Nobody answers. 1", `select c.words || ' ' || (select count(*) from letters l where l.kind = 'connector_removed' and l.person_id = c.person_id)
		from connectors c join people p on p.id = c.person_id where p.address = '`+who+`' and c.until is not null`)
	o.want("connector.removed person.unmade_operator", `select string_agg(verb, ' ' order by verb) from events where verb in ('person.unmade_operator', 'connector.removed')`)

	o.refuses(1, `there is no network "atlantis"`, "share-out", "atlantis")
	wants(t, o.does("share-out", network), "0 needs and 0 offers make 0 pairs") // the sample's stay as they were planted
	o.want("demand 0", `select cause || ' ' || gap from share_outs`)

	weights := filepath.Join(t.TempDir(), "weights.json")
	if err := os.WriteFile(weights, []byte(`{"weights": {"version": "near-1", "spread": 1, "other": {"place": 1}}, "rules": {"requests": 1}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	said := o.does("replay", "-days", "60", "-weights", weights)
	for _, words := range []string{"with near-1", "Gini of introductions over needs", "longest wait, days", "loses", "gives otherwise", " → "} {
		wants(t, said, words)
	}
	o.want("0", `select count(*)::text from events where verb like '%replay%'`)

	listing := o.query(`select id::text from listings where life = 'open' order by id limit 1`)
	wants(t, o.does("hide", listing, "wrong", "It", "is a garage."), "its group is told why")
	o.want("removed", `select life from listings where id = '`+listing+`'`)
	o.want("1", `select count(*)::text from events where verb = 'decision.hidden' and subject_id = '`+listing+`'`)
	o.want("hidden wrong open It is a garage.", `select act || ' ' || reason || ' ' || was || ' ' || words from decisions where subject_id = '`+listing+`'`)
	o.want("true", `select (count(*) > 0)::text from letters l join decisions d on d.id = l.about_id where l.kind = 'moderation_notice'`)
	o.refuses(1, "is hidden already", "hide", listing, "wrong", "It is a garage.")
	o.refuses(1, "there is no listing "+nobodys, "hide", nobodys, "wrong", "It is a garage.")

	open := o.query(`select count(*)::text from listings where life = 'open'`)
	index := o.query(`select 'search.' || table_name from information_schema.tables where table_schema = 'search' and table_name ~ '^listing_[0-9a-f]+$'`)
	o.query(`with gone as (delete from ` + index + ` returning 1) select count(*)::text from gone`)
	o.does("reindex")
	o.want("share_out.asked in "+network+", search.rebuilt", `select string_agg(e.verb || coalesce(' in ' || n.slug, ''), ', ' order by e.id) from events e
		left join networks n on n.id = e.network_id where e.actor is null and e.verb in ('share_out.asked', 'search.rebuilt', 'places.imported')`)
	o.want(open, `select count(*)::text from `+index)
}

func TestAdminReadsPostcodeFiles(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.Address(t))
	file := func(text string) string {
		t.Helper()
		name := filepath.Join(t.TempDir(), "postcodes")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var geonames strings.Builder
	const kept = 12_345 // more than one batch
	const inward = "ABDEFGHJLNPQRSTUWXYZ"
	for i := range kept {
		fmt.Fprintf(&geonames, "GB\tSE%d %dA%c\tGreenwich\tEngland\tENG\tGreater London\t\tRoyal Borough of Greenwich\t\t51.4%03d\t0.01\t6\n",
			1+i/200, i/20%10, inward[i%len(inward)], i%1000)
	}
	geonames.WriteString("GB\tnothing\n" + "GB\tM1 1AE\tManchester\tEngland\tENG\t\t\tMan\x00chester\xff\t\t53.4776\t-2.2308\t6\n")
	said := o.does("places", "import", file(geonames.String()))
	wants(t, said, "12345 postcodes kept, 2 lines left out", "line 12346: 2 columns, 12 expected", "line 12347: the district of M1 1AE is not readable text", "100%")
	o.want("12345", `select count(*)::text from postcodes where borough = 'Greenwich'`)

	said = o.does("places", "import", file("pcds,lat,long,oslaua,doterm\nSE10 9JF,51.4821,-0.0089,E09000011,\nSE1 0AA,51.5,-0.1,E09000028,202001\nSE1,1,1,,\n"))
	wants(t, said, "1 postcodes kept, 1 lines left out", "line 4")
	o.want("51.4821 Greenwich", `select lat || ' ' || borough from postcodes where postcode = 'SE10 9JF'`)

	o.does("places", "import", file(geonames.String())) // again: nothing doubled
	o.want("12346", `select count(*)::text from postcodes`)
	o.want("3", `select count(*)::text from events where verb = 'places.imported' and actor is null`)
	for text, words := range map[string]string{
		"": "the file is empty", "PK\x03\x04\x00\x00zip": "neither a GeoNames file",
		"name,colour\nhall,red\n": "neither a GeoNames file", "pcds,lat,long\n": "no postcode that can be used",
		"pcds,lat,long\nnowhere,1,2\n": "no postcode that can be used",
	} {
		said, code := runs(t, program(t, "admin", "places", "import", file(text)), o.env...)
		if code != 1 || !strings.Contains(said, "wherewithal: ") || !strings.Contains(said, words) {
			t.Errorf("%q: exit code %d, want 1 and %q:\n%s", text, code, words, said)
		}
	}
	o.want("3", `select count(*)::text from events where verb = 'places.imported'`)
}

// Without DATABASE_URL the commands work on the hub's own database, while the hub is not running.
func TestAdminWorksOnTheHubsOwnDatabase(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	env := append(alone(h.addr, h.data), "LOG_LEVEL=warn")
	wants(t, refused(t, program(t, "admin", "reindex"), env...), "another hub is already running")
	who := h.query(`select address from people order by address limit 1`)
	h.stop(t)
	if said, code := runs(t, program(t, "admin", "make-operator", who), env...); code != 0 {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	h.again()
	if got := h.query(`select operator::text from people where address = '` + who + `'`); got != "true" {
		t.Errorf("operator: %s", got)
	}
}
