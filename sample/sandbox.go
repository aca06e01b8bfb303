package sample

import (
	"fmt"
	"time"

	"wherewithal/market"
)

// sandboxID names the nth thing of the sandbox, always the same one, so that examples in documents go on working.
func sandboxID(n int) market.ID {
	return market.ID(fmt.Sprintf("5a9db0c5-0000-8000-8000-%012d", n))
}

// booth is a group of the sandbox with what it posts.
type booth struct {
	name, does, outcode, borough string
	at                           market.Point
	posts                        []market.Listing
}

func boxed(side market.Side, kind, title, about string, facts market.Facts, tags []string, more ...func(*market.Listing)) market.Listing {
	l := market.Listing{Side: side, Kind: kind, Title: title, Description: about, Facts: facts, Tags: tags, Quantity: 1, Where: market.AtPlace,
		Terms: market.Terms{Kind: market.Shared}, Language: "en-GB"}
	for _, m := range more {
		m(&l)
	}
	return l
}

func onDays(start, end int, days ...time.Weekday) func(*market.Listing) {
	w := market.Window{Repeat: market.Weekly, Start: market.Minute(start * 60), End: market.Minute(end * 60)}
	for _, d := range days {
		w.Days |= market.DayBit(d)
	}
	return func(l *market.Listing) { l.When.Windows = append(l.When.Windows, w) }
}

func many(n int, unit string) func(*market.Listing) {
	return func(l *market.Listing) {
		l.Quantity, l.Unit, l.Splittable, l.SmallestPart = n, unit, true, 1
		l.Where, l.Terms = market.Collected, market.Terms{Kind: market.Loan, LoanDays: 14}
	}
}

func gift(l *market.Listing) { l.Where, l.Terms = market.Collected, market.Terms{Kind: market.Gift} }

func online(l *market.Listing) { l.Where = market.Online }

func stepFree(l *market.Listing) {
	if l.Side == market.Need {
		l.Requires = []market.Feature{market.StepFree}
		return
	}
	l.Has = []market.Feature{market.StepFree}
}

// booths have something of each kind and side, accents and quotation marks, a formula, and places in three boroughs: what a
// program that reads listings will meet.
var booths = []booth{
	{"Quillmarrow Hall (sandbox)", "A parish hall with a kitchen.", "SE10", "Greenwich", market.Point{Lat: 51.4790, Lng: -0.0050}, []market.Listing{
		boxed(market.Offer, market.Room, "Parish hall with a kitchen", "A level hall for dances, meetings and meals.", market.Facts{"seated": 80.0, "kitchen": true}, []string{"hall", "kitchen"},
			onDays(18, 22, time.Tuesday, time.Thursday), stepFree),
		boxed(market.Offer, market.Equipment, "Stacking chairs", "Grey, clean, in stacks of ten.", market.Facts{}, []string{"chairs"}, many(60, "chairs")),
		boxed(market.Need, market.Skill, "Somebody to look over our accounts", "Once a year, an evening’s work.", market.Facts{}, []string{"accounts"}, online),
	}},
	{"Café Brontë Readers (sandbox)", "Reads novels aloud on Wednesdays.", "SE8", "Lewisham", market.Point{Lat: 51.4800, Lng: -0.0260}, []market.Listing{
		boxed(market.Need, market.Room, "A quiet room for twelve readers", "We sit in a circle and read “Villette”.", market.Facts{"seated": 12.0}, []string{"books"}, onDays(14, 16, time.Wednesday), stepFree),
		boxed(market.Offer, market.Skill, "Reading aloud, in English and Welsh", "For care homes and schools: Siân and two others.", market.Facts{}, []string{"reading"}),
		boxed(market.Offer, market.Equipment, "+Box of paperbacks", "Novels, read once.", market.Facts{}, []string{"books"}, gift),
	}},
	{"Tansy Yard Growers (sandbox)", "Grows vegetables between the arches.", "SE15", "Southwark", market.Point{Lat: 51.4720, Lng: -0.0660}, []market.Listing{
		boxed(market.Offer, market.Equipment, "Gazebo, 3 by 6 metres", "Goes up in ten minutes with four people.", market.Facts{}, []string{"gazebo", "outdoors"}, many(2, "gazebos")),
		boxed(market.Need, market.Equipment, "Water butts", "Any size, with or without a tap.", market.Facts{}, []string{"garden"}, gift),
		boxed(market.Need, market.Room, "Somewhere dry for a seed swap", "Tables wanted, forty people over an afternoon.", market.Facts{"seated": 40.0}, []string{"seeds"}, onDays(12, 17, time.Saturday)),
	}},
	{"Lanternmoss Bicycle Kitchen (sandbox)", "Mends bicycles with whoever brings one.", "SE14", "Lewisham", market.Point{Lat: 51.4750, Lng: -0.0400}, []market.Listing{
		boxed(market.Offer, market.Skill, "Bicycle mending evening", "We bring stands and tools to you.", market.Facts{}, []string{"bicycles", "mending"}, onDays(18, 21, time.Monday)),
		boxed(market.Offer, market.Room, "Workshop with benches", "Warm, with good light and a sink.", market.Facts{"seated": 15.0}, []string{"workshop"}, onDays(9, 17, time.Sunday)),
		boxed(market.Need, market.Equipment, "Folding tables for a street stall", "Six would do.", market.Facts{}, []string{"tables"}, many(6, "tables")),
	}},
}

// Sandbox is a network of its own with a few invented groups and listings that only their network may see. It is always
// the same. No two of its groups are ever introduced to each other: they block one another. Places have no Public point.
func Sandbox(now time.Time) (w World, blocks []market.Block) {
	box := market.Network{ID: sandboxID(1), Slug: "partner-sandbox", Name: "Sandbox", About: "Invented groups and listings, for programs to try things out on.",
		Level: market.Interest, Sample: true, Sandbox: true, CreatedAt: now}
	w.Networks = []market.Network{box}
	for i, b := range booths {
		group := market.Group{ID: sandboxID(100 + i), Name: b.name, Does: b.does, LegalForm: market.Informal, Languages: []string{"en-GB"}, Sample: true, CreatedAt: now}
		place := market.Place{ID: sandboxID(200 + i), GroupID: group.ID, Outcode: b.outcode, Borough: b.borough, Region: "London", Precision: market.ByOutcode,
			Exact: b.at, Zone: market.DefaultZone, CreatedAt: now}
		w.Groups, w.Places = append(w.Groups, group), append(w.Places, place)
		w.NetworkMembers = append(w.NetworkMembers, market.NetworkMember{NetworkID: box.ID, GroupID: group.ID, AskedAt: &now, InvitedAt: &now, AgreedAt: &now, ClearedAt: &now})
		for j := range i {
			blocks = append(blocks, market.Block{GroupID: sandboxID(100 + j), BlockedID: group.ID, CreatedAt: now})
		}
		for j, l := range b.posts {
			l.ID, l.GroupID, l.Version = sandboxID(1000+10*i+j), group.ID, 1
			if l.Where != market.Online {
				l.PlaceID = place.ID
			}
			l.Circle, l.Life, l.OpenedAt, l.CreatedAt, l.UpdatedAt = market.MyNetworks, market.Open, &now, now, now
			w.Listings = append(w.Listings, l)
		}
	}
	return w, blocks
}
