package api_test

import (
	"strings"
	"testing"

	"wherewithal/web/api"
)

// ring between two groups, of which each gives what the other needs only in return for something. As one sees it.
func (h *house) ring(one, other neighbour) api.Ring {
	h.t.Helper()
	for i, title := range []string{"Gazebo", "Sewing machine"} {
		giver, taker := one, other
		if i == 1 {
			giver, taker = other, one
		}
		thing := map[string]any{"groupId": giver.group.ID, "placeId": giver.place.ID, "side": "offer", "kind": "equipment", "title": title, "quantity": 1,
			"where": "collected", "reachKm": 3, "terms": map[string]any{"kind": "swap", "for": "something we need"}, "circle": "anyone"}
		giver.posts(thing)
		taker.posts(with(thing, "groupId", taker.group.ID, "placeId", taker.place.ID, "side", "need", "terms", map[string]any{"kind": "loan", "loanDays": 7}))
	}
	n, err := h.intros.FindRings(h.ctx, h.now)
	h.must(err)
	all := read[api.List[api.Ring]](one.ask("GET", "/rings?state=proposed", "").want(200))
	if n != 1 || len(all.Items) != 1 {
		h.t.Fatalf("%d rings found, one sees %+v", n, all)
	}
	return all.Items[0]
}

func TestTwoProgramsSayYesToARing(t *testing.T) {
	h := open(t)
	one, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	hidden := other.group
	hidden.NameHidden, hidden.Alias = true, "A choir in Greenwich"
	h.must(h.accounts.Edit(h.ctx, other.viewer, hidden, "", h.now))
	r := h.ring(one, other)
	if !r.Waits || r.Groups != 2 || r.Yeses != 0 || r.Group.ID != string(one.group.ID) || r.Gets.Offer.Title != "Sewing machine" ||
		r.Gives.Need.Group.Name != "A choir in Greenwich" || len(r.Gets.Reasons) == 0 || r.Gets.Reasons[0].Text == "" || r.Gets.Introduction != "" {
		t.Errorf("ring %+v", r)
	}
	at := "/rings/" + r.ID
	yes := func(n neighbour) string { return `{"group":"` + string(n.group.ID) + `","answer":"yes"}` }
	one.ask("POST", at+"/answer", yes(other)).want(403)
	for range 2 {
		one.ask("POST", at+"/answer", yes(one)).want(200, `"state":"proposed"`, `"yeses":1`, `"waits":false`)
	}
	if text := one.ask("GET", at, "").want(200).text; strings.Contains(text, "Tansy") {
		t.Errorf("a hidden name is told before all said yes: %s", text)
	}
	other.ask("GET", at, "").want(200, `"waits":true`, `"yeses":1`)
	stranger := h.neighbour("Owl Lane Scouts", "else@owl.test")
	stranger.ask("GET", at, "").want(404)
	stranger.ask("POST", at+"/answer", yes(one)).want(404)
	h.public().ask("GET", at, "").want(401)
	if none := read[api.List[api.Ring]](stranger.ask("GET", "/rings", "").want(200)); len(none.Items) != 0 {
		t.Errorf("a stranger sees %+v", none)
	}
	done := read[api.Ring](other.ask("POST", at+"/answer", yes(other)).want(200, `"state":"connected"`))
	for _, gift := range []api.RingGift{done.Gets, done.Gives} {
		one.ask("GET", "/introductions/"+gift.Introduction, "").want(200, `"state":"connected"`, "Tansy Yard Choir")
	}
	other.ask("POST", at+"/answer", strings.Replace(yes(other), "yes", "no", 1)).want(410)
	if page := read[api.List[api.Ring]](one.ask("GET", "/rings?state=proposed", "").want(200)); len(page.Items) != 0 {
		t.Errorf("it still waits: %+v", page)
	}
	if next := read[api.List[api.Ring]](one.ask("GET", "/rings?cursor="+h.api.CursorOf("/api/v1/rings", r.ID), "").want(200)); len(next.Items) != 0 {
		t.Errorf("after the last page: %+v", next)
	}
}
