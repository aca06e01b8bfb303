package partner_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/store"
)

// feeding is a town whose partner may post, with a real house behind it.
func feeding(t testing.TB) (*town, partner.Bearer) {
	w := open(t)
	secret := []byte(strings.Repeat("p", 32))
	w.partners = partner.New(w.store, partner.Options{PlaceSecret: secret, TokenSecret: secret,
		Groups: account.New(w.store, account.Options{TokenSecret: secret, PlaceSecret: secret}), Listings: listing.New(w.store, photo.NewDarkroom())})
	w.must(w.partners.AskMore(w.ctx, w.asker, w.theirs.ID, nil, market.PartnerScopes, w.now))
	w.must(w.partners.Decide(w.ctx, w.oper, w.wish("").ID, yes, w.now))
	_, text := w.key(false)
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	return w, b
}

// choir is a group as the partner names it.
func (w *town) choir(reference, address string) market.Mandate {
	w.Helper()
	at, err := w.partners.Where(w.ctx, "SE10", w.now)
	w.must(err)
	return market.Mandate{Reference: reference, Address: address, About: market.GroupAbout{Name: "Larkhollow " + reference, Does: "Sings.", Place: &at}}
}

func (w *town) asks(b partner.Bearer, m market.Mandate) market.Mandate {
	w.Helper()
	m, err := w.partners.AskGroup(w.ctx, b, m, nil, w.now)
	w.must(err)
	return m
}

func (w *town) token(m market.Mandate) string {
	return partner.MandateToken([]byte(strings.Repeat("p", 32)), m, "")
}

func (w *town) says(m market.Mandate, r partner.Reply) market.Mandate {
	w.Helper()
	m, err := w.partners.AnswerByLink(w.ctx, w.token(m), r, w.now)
	w.must(err)
	w.must(w.partners.PostWaiting(w.ctx, m.ID, w.now))
	return m
}

// owner is whoever said yes, as they are now.
func (w *town) owner(m market.Mandate) market.Viewer {
	w.Helper()
	p, err := w.store.Person(w.ctx, m.AnsweredBy)
	w.must(err)
	v, err := w.store.ViewerFor(w.ctx, p, w.now)
	w.must(err)
	return v
}

// chairs is a listing as a partner sends it.
func chairs(reference, group string) market.Supply {
	return market.Supply{Reference: reference, Group: group, Link: "https://directory.test/" + reference, Listing: market.Listing{Side: market.Offer, Kind: market.Equipment,
		Title: "Forty chairs", Quantity: 40, Unit: "chairs", Splittable: true, SmallestPart: 1, Where: market.Collected, Terms: market.Terms{Kind: market.Loan, LoanDays: 7},
		Circle: market.Anyone, Language: "en-GB"}}
}

func (w *town) sends(b partner.Bearer, s market.Supply) partner.Outcome {
	w.Helper()
	out, err := w.partners.Put(w.ctx, b, s, w.now)
	w.must(err)
	return out
}

func (w *town) life(s market.Supplied) (life market.Life) {
	w.Helper()
	kept, err := w.store.SuppliedOf(w.ctx, s.PartnerID, s.Test, s.Reference)
	w.must(err)
	if kept.ListingID == "" {
		return "waiting"
	}
	w.must(w.store.Pool().QueryRow(w.ctx, `select life from listings where id = $1`, kept.ListingID).Scan(&life))
	return life
}

func TestNothingIsPostedForAGroupBeforeItSaysYes(t *testing.T) {
	w, b := feeding(t)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	if again := w.asks(b, w.choir("c1", "ama@choir.test")); again.ID != m.ID || w.count(`select count(*) from letters where kind = 'mandate'`) != 1 {
		t.Error("asking again asks again")
	}
	out := w.sends(b, chairs("l1", "c1"))
	if out.Did != partner.Added || w.life(out.Supplied) != "waiting" || w.count(`select count(*) from listings`) != 0 {
		t.Errorf("before a yes: %+v", out)
	}
	if again := w.sends(b, chairs("l1", "c1")); again.Did != partner.Unchanged {
		t.Errorf("the same again is %s", again.Did)
	}
	given := w.says(m, partner.Reply{Yes: true, Words: "They may post for us."})
	if given.State != market.MandateGiven || given.Words == "" || w.life(out.Supplied) != market.Open {
		t.Errorf("after the yes: %+v, %s", given, w.life(out.Supplied))
	}
	v := w.owner(given)
	if v.Roles[given.GroupID] != market.Owner {
		t.Error("whoever said yes does not own the group")
	}
	_, err := w.partners.AnswerByLink(w.ctx, w.token(m), partner.Reply{Yes: true}, w.now)
	w.wants("yes once more", market.ErrRepeated, err)
	_, err = w.partners.AnswerByLink(w.ctx, w.token(m), partner.Reply{}, w.now)
	w.wants("no after yes by the same link", market.ErrGone, err)
	if n := w.count(`select count(*) from events where verb = 'listing.published' and other_id = '` + string(b.Partner.ID) + `' and actor is null`); n != 1 {
		t.Errorf("%d events of the partner's", n)
	}
}

func TestALinkIsGoodForItsAddressAndPurposeOnly(t *testing.T) {
	w, b := feeding(t)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	old := w.token(m)
	m = w.asks(b, w.choir("c1", "bea@choir.test"))
	_, err := w.partners.ByMandateLink(w.ctx, old, w.now)
	w.wants("the link of the address before", market.ErrNotFound, err)
	_, err = w.partners.ByMandateLink(w.ctx, market.LinkToken([]byte(strings.Repeat("p", 32)), market.ToJoin, m.ID, m.PartnerID), w.now)
	w.wants("a link for something else", market.ErrNotFound, err)
	w.now = w.now.Add(market.MandateLasts)
	_, err = w.partners.ByMandateLink(w.ctx, w.token(m), w.now)
	w.wants("after its time", market.ErrGone, err)
	out := w.sends(b, chairs("l1", "c1"))
	w.must(w.partners.Turn(w.ctx, w.now))
	_, err = w.store.SuppliedOf(w.ctx, b.Partner.ID, false, out.Supplied.Reference)
	w.wants("what waited, after the question lapsed", market.ErrNotFound, err)
	_, err = w.partners.Put(w.ctx, b, chairs("l1", "c1"), w.now)
	w.wants("sent after that", partner.ErrLapsed, err)
}

func TestANoStandsForAMonth(t *testing.T) {
	w, b := feeding(t)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	out := w.sends(b, chairs("l1", "c1"))
	w.says(m, partner.Reply{})
	_, err := w.store.SuppliedOf(w.ctx, b.Partner.ID, false, out.Supplied.Reference)
	w.wants("what waited", market.ErrNotFound, err)
	_, err = w.partners.Put(w.ctx, b, chairs("l2", "c1"), w.now)
	w.wants("sent after a no", partner.ErrRefused, err)
	for what, again := range map[string]market.Mandate{"the same": w.choir("c1", "ama@choir.test"), "under another reference": w.choir("c2", "ama@choir.test")} {
		_, err = w.partners.AskGroup(w.ctx, b, again, nil, w.now)
		w.wants(what, partner.ErrRefused, err)
	}
	w.now = w.now.Add(market.MandateNo + time.Hour)
	w.asks(b, w.choir("c1", "ama@choir.test"))
}

func TestTakingAYesBackPausesAtOnceAndSayingItAgainOpens(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	one, two := w.sends(b, chairs("l1", "c1")), w.sends(b, chairs("l2", "c1"))
	v := w.owner(m)
	w.wants("a stranger", market.ErrNotFound, w.partners.Withdraw(w.ctx, w.asker, m.GroupID, m.ID, w.now))
	w.must(listing.New(w.store, photo.NewDarkroom()).Move(w.ctx, v, two.Supplied.ListingID, market.Paused, nil, w.now)) // by the group
	w.must(w.partners.Withdraw(w.ctx, v, m.GroupID, m.ID, w.now))
	w.wants("twice", market.ErrRepeated, w.partners.Withdraw(w.ctx, v, m.GroupID, m.ID, w.now))
	if got := w.life(one.Supplied); got != market.Paused {
		t.Errorf("taken back, and %s", got)
	}
	_, err := w.partners.Put(w.ctx, b, chairs("l1", "c1"), w.now)
	w.wants("sent after that", partner.ErrWithdrawn, err)
	_, err = w.partners.AskGroup(w.ctx, b, w.choir("c1", "ama@choir.test"), nil, w.now)
	w.wants("asked at once", partner.ErrWithdrawn, err)
	w.now = w.now.Add(market.MandateNo + time.Hour)
	asked := w.asks(b, w.choir("c1", "stranger@else.test"))
	if asked.Address != "" || asked.GroupID != m.GroupID {
		t.Fatalf("a group that is here is asked at %q", asked.Address)
	}
	again, err := w.partners.AnswerAsOwner(w.ctx, v, m.GroupID, asked.ID, partner.Reply{Yes: true}, w.now)
	w.must(err)
	w.must(w.partners.PostWaiting(w.ctx, again.ID, w.now))
	if a, b := w.life(one.Supplied), w.life(two.Supplied); a != market.Open || b != market.Paused {
		t.Errorf("after the second yes: %s, and what the group paused is %s", a, b)
	}
}

func TestAGroupThatIsHereIsAskedAtItsOwners(t *testing.T) {
	w, b := feeding(t)
	hall, v := w.hall(b, "c1", "ama@choir.test")
	q := w.asks(b, market.Mandate{Reference: "c2", GroupID: hall})
	if n := w.count(`select count(*) from letters where kind = 'mandate' and person_id = '` + string(v.Person) + `'`); n != 1 {
		t.Errorf("%d mails to the owner", n)
	}
	link := partner.MandateToken([]byte(strings.Repeat("p", 32)), q, v.Person)
	_, err := w.partners.ByMandateLink(w.ctx, link, w.now)
	w.must(err)
	_, err = w.partners.AnswerByLink(w.ctx, partner.MandateToken([]byte(strings.Repeat("p", 32)), q, w.connector.Person), partner.Reply{Yes: true}, w.now)
	w.wants("by somebody else's link", market.ErrNotFound, err)
	_, err = w.partners.AnswerByLink(w.ctx, link, partner.Reply{Yes: true}, w.now)
	w.must(err)
	_, err = w.partners.AskGroup(w.ctx, b, market.Mandate{Reference: "c3", GroupID: market.NewID()}, nil, w.now)
	w.invalid("a group that is not here", err, "group")
	another := w.choir("c4", "ama@choir.test") // whoever reads that address may say which of their groups it is
	linked, err := w.partners.AnswerByLink(w.ctx, w.token(w.asks(b, another)), partner.Reply{Yes: true, Group: hall}, w.now)
	w.must(err)
	if linked.GroupID != hall {
		t.Error("a second group was made")
	}
}

// invalid wants a refusal that names a field first.
func (w *town) invalid(what string, err error, field string) {
	w.Helper()
	var bad *market.Invalid
	if !errors.As(err, &bad) || bad.Faults[0].Field != field {
		w.Errorf("%s: %v, want a fault of %s", what, err, field)
	}
}

func TestTheSameSentAgainIsTheSameAndAnotherTextIsAnEdit(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	first := w.sends(b, chairs("l1", "c1"))
	if again := w.sends(b, chairs("l1", "c1")); again.Did != partner.Unchanged || again.Supplied.ListingID != first.Supplied.ListingID {
		t.Errorf("the same again: %+v", again)
	}
	longer := chairs("l1", "c1")
	longer.Listing.Title = "Forty folding chairs"
	if out := w.sends(b, longer); out.Did != partner.Changed || w.count(`select count(*) from listings where title = 'Forty folding chairs' and version > 1`) != 1 {
		t.Errorf("another text: %+v", out)
	}
	need := chairs("l1", "c1")
	need.Listing.Side = market.Need
	_, err := w.partners.Put(w.ctx, b, need, w.now)
	w.invalid("another side", err, "side")
	bad := chairs("l2", "c1")
	bad.Listing.Description = "Ring 020 7946 0018"
	_, err = w.partners.Put(w.ctx, b, bad, w.now)
	w.invalid("a phone number", err, "description")
	_, err = w.partners.Put(w.ctx, b, chairs("l 3", "nobody"), w.now)
	w.invalid("no reference", err, "reference")
	_, err = w.partners.Put(w.ctx, b, chairs("l3", "nobody"), w.now)
	w.invalid("a group that was not named", err, "group_reference")

	out, err := w.partners.Close(w.ctx, b, "l1", market.Fulfilled, w.now)
	w.must(err)
	if out.Did != partner.Closed || w.life(out.Supplied) != market.Fulfilled {
		t.Errorf("closed: %+v", out)
	}
	if out := w.sends(b, longer); out.Did != partner.Changed || w.life(out.Supplied) != market.Open {
		t.Errorf("opened again: %+v", out)
	}
	group := func(to market.Life) {
		w.must(listing.New(w.store, photo.NewDarkroom()).Move(w.ctx, w.owner(m), first.Supplied.ListingID, to, nil, w.now))
	}
	group(market.Withdrawn)
	_, err = w.partners.Put(w.ctx, b, chairs("l1", "c1"), w.now)
	w.wants("what the group closed", partner.ErrClosedByGroup, err)
	group(market.Open)
	_, err = w.partners.Close(w.ctx, b, "l1", market.Withdrawn, w.now)
	w.must(err)
	group(market.Open)
	group(market.Fulfilled)
	_, err = w.partners.Put(w.ctx, b, chairs("l1", "c1"), w.now)
	w.wants("what the group opened after its partner had closed it, and closed itself", partner.ErrClosedByGroup, err)
	if again := w.sends(b, longer); again.Did != partner.Unchanged || w.life(again.Supplied) != market.Fulfilled {
		t.Errorf("the same sent again: %+v, and it is %s", again, w.life(again.Supplied))
	}
	group(market.Open)
	if out, err = w.partners.Close(w.ctx, b, "l1", market.Withdrawn, w.now); err != nil || out.Did != partner.Closed || w.life(out.Supplied) != market.Withdrawn {
		t.Errorf("closed by its partner once more: %+v, %v", out, err)
	}
	_, err = w.partners.Close(w.ctx, b, "l9", market.Withdrawn, w.now)
	w.wants("what was never sent", market.ErrNotFound, err)
}

func TestAFeedKeepsItsListingsOpen(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out := w.sends(b, chairs("l1", "c1"))
	w.now = w.now.Add(market.OpenFor - 20*24*time.Hour)
	w.sends(b, chairs("l1", "c1"))
	if n := w.count(`select count(*) from listings where expires_at > opened_at + interval '100 days'`); n != 1 {
		t.Error("what is sent again ends all the same")
	}
	w.now = w.now.Add(market.OpenFor + time.Hour)
	w.must(listing.New(w.store, photo.NewDarkroom()).Turn(w.ctx, w.now))
	if got := w.life(out.Supplied); got != market.Expired {
		t.Fatalf("after its time it is %s", got)
	}
	w.sends(b, chairs("l1", "c1"))
	if got := w.life(out.Supplied); got != market.Open {
		t.Errorf("sent again after its end it is %s", got)
	}
}

func TestAFeedThatStopsIsToldAndThenPaused(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out, began := w.sends(b, chairs("l1", "c1")), w.now
	letters := func(kind string) int { return w.count(`select count(*) from letters where kind = '` + kind + `'`) }
	for _, step := range []struct {
		after          time.Duration
		quiet, stopped int
		life           market.Life
	}{
		{market.QuietAfter - time.Hour, 0, 0, market.Open},
		{market.QuietAfter, 2, 0, market.Open}, // the partner's person, and the group's owner
		{market.StoppedAfter - time.Hour, 2, 0, market.Open},
		{market.StoppedAfter, 2, 2, market.Paused},
		{market.StoppedAfter + time.Hour, 2, 2, market.Paused},
	} {
		w.now = began.Add(step.after)
		w.must(w.partners.Turn(w.ctx, w.now))
		if q, s, l := letters("feed_quiet"), letters("feed_stopped"), w.life(out.Supplied); q != step.quiet || s != step.stopped || l != step.life {
			t.Errorf("after %s: %d and %d mails, %s; want %+v", step.after, q, s, l, step)
		}
	}
	other := w.sends(b, chairs("l2", "c1"))
	if w.count(`select count(*) from outbox where kind = 'feed'`) != 1 {
		t.Fatal("no job opens what was paused")
	}
	w.must(w.partners.Resume(w.ctx, b.Partner.ID, w.now))
	if a, b := w.life(out.Supplied), w.life(other.Supplied); a != market.Open || b != market.Open {
		t.Errorf("when it comes again: %s and %s", a, b)
	}
	w.must(w.partners.Turn(w.ctx, w.now))
	if letters("feed_quiet") != 2 {
		t.Error("told again at once")
	}
}

// What a group has by itself since it took its yes back is not paused for want of a partner's word, and nobody is told that it will be.
func TestAFeedThatStopsPausesNothingOfAGroupThatIsByItself(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out, v, began := w.sends(b, chairs("l1", "c1")), w.owner(m), w.now
	listings := listing.New(w.store, photo.NewDarkroom())
	w.must(listings.Move(w.ctx, v, out.Supplied.ListingID, market.Paused, nil, w.now))
	w.must(w.partners.Withdraw(w.ctx, v, m.GroupID, m.ID, w.now))
	w.must(listings.Move(w.ctx, v, out.Supplied.ListingID, market.Open, nil, w.now))
	for _, after := range []time.Duration{market.QuietAfter, market.StoppedAfter, market.StoppedAfter + time.Hour} {
		w.now = began.Add(after)
		w.must(w.partners.Turn(w.ctx, w.now))
		if n, life := w.count(`select count(*) from letters where kind like 'feed_%'`), w.life(out.Supplied); n != 0 || life != market.Open {
			t.Errorf("after %s: %d mails, and it is %s", after, n, life)
		}
	}
}

func TestATestKeyWritesIntoTheSandboxOnly(t *testing.T) {
	w, live := feeding(t)
	_, text := w.key(true)
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	out := w.sends(b, chairs("l1", "c1"))
	if m.State != market.MandateGiven || w.life(out.Supplied) != market.Open || w.count(`select count(*) from letters where kind = 'mandate'`) != 0 {
		t.Errorf("in the sandbox: %+v", m)
	}
	for name, v := range map[string]market.Viewer{"the public": market.Public, "a live key": live.Viewer, "a test key": b.Viewer} {
		_, err := w.store.EntryFor(w.ctx, v, out.Supplied.ListingID, w.now)
		if seen := err == nil; seen != (name == "a test key") {
			t.Errorf("%s: seen %v", name, seen)
		}
	}
	if _, err := w.store.SuppliedOf(w.ctx, live.Partner.ID, false, "l1"); !errors.Is(err, market.ErrNotFound) {
		t.Error("it stands outside the sandbox too")
	}
	if n := w.count(`select count(*) from groups g where not exists (select from blocks b where g.id in (b.group_id, b.blocked_id))`); n != 0 {
		t.Errorf("%d groups of the sandbox may be introduced", n)
	}
	w.now = w.now.Add(market.TestLasts + time.Hour)
	w.must(w.partners.Turn(w.ctx, w.now))
	if w.count(`select count(*) from supplied`) != 0 || w.count(`select count(*) from groups where name like 'Larkhollow%'`) != 0 {
		t.Error("it stays for longer than a week")
	}
}

// Two requests that are the first with a reference at once.
func TestTwoAtOncePostOnceAtOnce(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	errs := make(chan error, 6)
	for range cap(errs) {
		go func() {
			_, err := w.partners.Put(w.ctx, b, chairs("l1", "c1"), w.now)
			errs <- err
		}()
	}
	for range cap(errs) {
		w.must(<-errs)
	}
	if n := w.count(`select count(*) from listings`); n != 1 {
		t.Errorf("%d listings of one reference", n)
	}
}

// Its members look after what is posted for a group that a connector holds.
func TestANetworkThatLooksAtFirstListingsLooksAtThese(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		return tx.KeepMember(w.ctx, market.NetworkMember{NetworkID: w.above, GroupID: m.GroupID, AskedAt: &w.now, InvitedAt: &w.now, AgreedAt: &w.now})
	}))
	_, err := w.store.Pool().Exec(w.ctx, `update networks set holds = true where id = $1`, w.above)
	w.must(err)
	if out := w.sends(b, chairs("l1", "c1")); w.life(out.Supplied) != market.Draft || w.count(`select count(*) from held_listings`) != 1 {
		t.Error("it is open at once")
	}
	_, err = w.partners.Close(w.ctx, b, "l1", market.Withdrawn, w.now)
	w.must(err)
	if out := w.sends(b, chairs("l1", "c1")); w.life(out.Supplied) != market.Draft || w.count(`select count(*) from held_listings`) != 1 {
		t.Error("it is open when it is sent again after it was closed")
	}
}

// hall is a group that is here, of which whoever reads the address is the owner, and that no partner has asked.
func (w *town) hall(b partner.Bearer, name, address string) (market.ID, market.Viewer) {
	w.Helper()
	m := w.says(w.asks(b, w.choir(name, address)), partner.Reply{Yes: true})
	v := w.owner(m)
	_, err := w.store.Pool().Exec(w.ctx, `delete from mandates where id = $1`, m.ID)
	w.must(err)
	return m.GroupID, v
}

func TestTheOwnersOfAGroupAreAskedOnceAndTheirNoCounts(t *testing.T) {
	w, b := feeding(t)
	hall, v := w.hall(b, "hall", "ama@choir.test")
	yard, _ := w.hall(b, "yard", "bea@choir.test")
	var asked []string
	full := errors.New("no more today")
	ask := func(reference string, group market.ID, answer error) (market.Mandate, error) {
		may := func(who string) error { asked = append(asked, who); return answer }
		return w.partners.AskGroup(w.ctx, b, market.Mandate{Reference: reference, GroupID: group}, may, w.now)
	}
	letters := func() int {
		return w.count(`select count(*) from letters where kind = 'mandate' and person_id is not null`)
	}
	_, err := ask("h1", hall, full)
	w.wants("beyond what may be asked in a day", full, err)
	q, err := ask("h1", hall, nil)
	w.must(err)
	if strings.Join(asked, " ") != string(hall)+" "+string(hall) || letters() != 1 {
		t.Errorf("asked after %v, %d letters", asked, letters())
	}
	_, err = ask("h2", hall, nil)
	w.invalid("under another reference", err, "group")
	_, err = ask("h1", yard, nil)
	w.invalid("the reference moved to another group", err, "group")
	token := partner.MandateToken([]byte(strings.Repeat("p", 32)), q, v.Person)
	_, err = w.partners.AnswerByLink(w.ctx, token, partner.Reply{}, w.now)
	w.must(err)
	_, err = ask("h2", hall, nil)
	w.wants("under another reference after a no", partner.ErrRefused, err)
	if letters() != 1 {
		t.Errorf("%d letters", letters())
	}
	w.now = w.now.Add(market.MandateNo + time.Hour)
	q, err = ask("h2", hall, nil)
	w.must(err)
	_, err = w.partners.AnswerAsOwner(w.ctx, v, hall, q.ID, partner.Reply{Yes: true}, w.now)
	w.must(err)
	_, err = ask("h3", hall, nil)
	w.invalid("once it has said yes", err, "group")
}

func TestWhoOwnsAGroupNoMoreAnswersNoMore(t *testing.T) {
	w, b := feeding(t)
	hall, v := w.hall(b, "hall", "ama@choir.test")
	q := w.asks(b, market.Mandate{Reference: "h1", GroupID: hall})
	_, err := w.store.Pool().Exec(w.ctx, `update memberships set until = $1 where group_id = $2`, w.now, hall)
	w.must(err)
	for what, r := range map[string]partner.Reply{"yes": {Yes: true}, "no": {}} {
		_, err := w.partners.AnswerByLink(w.ctx, partner.MandateToken([]byte(strings.Repeat("p", 32)), q, v.Person), r, w.now)
		w.wants(what, market.ErrNotFound, err)
	}
	if m, err := w.store.Mandate(w.ctx, q.ID); err != nil || m.State != market.MandateAsked {
		t.Errorf("%v, it is %s", err, m.State)
	}
}

// founding does something while a group is being founded.
type founding struct {
	partner.Founder
	meanwhile func()
}

func (f founding) FoundIn(ctx context.Context, tx *store.Tx, v market.Viewer, g market.Group, place *market.Place, now time.Time) (market.Group, error) {
	f.meanwhile()
	return f.Founder.FoundIn(ctx, tx, v, g, place, now)
}

func TestNamingAGroupAgainAsItSaysYesTakesNothingBack(t *testing.T) {
	w, b := feeding(t)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	named := make(chan error, 1)
	w.partners.Groups = founding{w.partners.Groups, func() {
		go func() {
			_, err := w.partners.AskGroup(w.ctx, b, w.choir("c1", "ama@choir.test"), nil, w.now)
			named <- err
		}()
		for w.count(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == 0 && w.ctx.Err() == nil {
			runtime.Gosched() // until it waits for the answer
		}
	}}
	given := w.says(m, partner.Reply{Yes: true})
	w.must(<-named)
	if kept, err := w.store.Mandate(w.ctx, m.ID); err != nil || kept.State != market.MandateGiven || kept.GroupID != given.GroupID {
		t.Errorf("%v, it is %s for %q", err, kept.State, kept.GroupID)
	}
}

// Whoever says yes says it to what they read. A no is a no to whatever is asked by then.
func TestAYesIsToWhatWasRead(t *testing.T) {
	w, b := feeding(t)
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	q, err := w.partners.ByMandateLink(w.ctx, w.token(m), w.now)
	w.must(err)
	read := partner.Reply{Yes: true, Seen: q.Mandate.About.Key()}
	w.asks(b, w.choir("c1", "ama@choir.test")) // which says the same once more
	other := w.choir("c1", "ama@choir.test")
	other.About.Name = "Tansy Yard Rifle Club"
	groups := w.count(`select count(*) from groups`)
	w.asks(b, other)
	_, err = w.partners.AnswerByLink(w.ctx, w.token(m), read, w.now)
	w.wants("a yes to what is not asked any more", market.ErrConflict, err)
	if n := w.count(`select count(*) from groups`); n != groups {
		t.Errorf("%d groups were made", n-groups)
	}
	w.asks(b, w.choir("c1", "ama@choir.test"))
	given, err := w.partners.AnswerByLink(w.ctx, w.token(m), read, w.now)
	w.must(err)
	if g, err := w.store.Group(w.ctx, market.System, given.GroupID); err != nil || g.Name != "Larkhollow c1" {
		t.Errorf("the group is %q, %v", g.Name, err)
	}
	no := w.asks(b, w.choir("c2", "bea@choir.test"))
	_, err = w.partners.AnswerByLink(w.ctx, w.token(no), partner.Reply{Seen: "something else"}, w.now)
	w.must(err)
}

func TestAPartnerClosesNothingOnceTheYesIsTakenBack(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out := w.sends(b, chairs("l1", "c1"))
	w.must(w.partners.Withdraw(w.ctx, w.owner(m), m.GroupID, m.ID, w.now))
	_, err := w.partners.Close(w.ctx, b, "l1", market.Withdrawn, w.now)
	w.wants("closed after that", partner.ErrWithdrawn, err)
	if got := w.life(out.Supplied); got != market.Paused {
		t.Errorf("it is %s", got)
	}
}

func TestAPartnersEditShowsNothingFurtherThanTheGroupHasIt(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	out := w.sends(b, chairs("l1", "c1"))
	shown := func() (circle market.Circle, widens bool) {
		w.must(w.store.Pool().QueryRow(w.ctx, `select circle, widens from listings where id = $1`, out.Supplied.ListingID).Scan(&circle, &widens))
		return circle, widens
	}
	for i, step := range []struct {
		group, sent, want market.Circle // group "": it leaves it as it is
		widens            bool
	}{
		{"", market.MyNetworks, market.MyNetworks, true},
		{"", market.Anyone, market.Anyone, true},
		{market.InBorough, market.Anyone, market.InBorough, false},
		{market.InBorough, "", market.InBorough, false},
		{market.Anyone, market.InCity, market.InCity, false},
		{"", market.Anyone, market.Anyone, false},
		{market.InCity, market.MyNetworks, market.MyNetworks, false},
		{"", market.InBorough, market.InBorough, false},
		{"", market.Anyone, market.InCity, false},
		{market.MyNetworks, market.InBorough, market.MyNetworks, false},
	} {
		if step.group != "" {
			_, err := w.store.Pool().Exec(w.ctx, `update listings set circle = $1, widens = false, version = version + 1 where id = $2`, step.group, out.Supplied.ListingID)
			w.must(err)
		}
		next := chairs("l1", "c1")
		next.Listing.Title, next.Listing.Circle, next.Listing.Widens = "Forty chairs, "+string(rune('a'+i)), step.sent, true
		w.sends(b, next)
		if circle, widens := shown(); circle != step.want || widens != step.widens {
			t.Errorf("%+v: shown in %s, widens %v", step, circle, widens)
		}
	}
}

// What only its partner, and time, had a say in the partner has a say in again.
func TestAPartnerWidensWhatItNarrowedItself(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	s := chairs("l1", "c1")
	for _, step := range []market.Width{{Circle: market.MyNetworks, Widens: true}, {Circle: market.InCity}, {Circle: market.InBorough}, {Circle: market.Anyone, Widens: true}} {
		s.Listing.Circle, s.Listing.Widens = step.Circle, step.Widens
		out := w.sends(b, s)
		var is market.Width
		w.must(w.store.Pool().QueryRow(w.ctx, `select circle, widens from listings where id = $1`, out.Supplied.ListingID).Scan(&is.Circle, &is.Widens))
		if is != step {
			t.Errorf("sent as %+v it is %+v", step, is)
		}
		w.now = w.now.Add(49 * time.Hour)
		w.must(listing.New(w.store, photo.NewDarkroom()).Turn(w.ctx, w.now)) // the first widens by a step
	}
}
