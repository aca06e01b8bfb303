package introduction_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/conversation"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/safety"
)

// operator is somebody who decides for the whole site.
func (s *street) operator() market.Viewer {
	n := s.neighbour("Wardens of the Lane", "warden@lane.test")
	return market.Viewer{Person: n.person.ID, Operator: true}
}

// hides a group by moderation; the decision comes back.
func (s *street) hides(operator market.Viewer, group market.ID) market.ID {
	s.t.Helper()
	s.must(s.accounts.Report(s.ctx, operator, market.Report{Subject: "group", SubjectID: group, Reason: "wrong", Words: "It writes to all."}, false, string(market.NewID()), s.now))
	reports, err := s.store.ReportsOn(s.ctx, group)
	s.must(err)
	d, err := safety.New(s.store, s.intros).Decide(s.ctx, operator, reports[0].ID, market.Decision{Act: market.Hidden, Reason: "wrong", Words: "It does."}, s.now)
	s.must(err)
	return d.ID
}

// restores what was hidden, after the appeal of one whom it concerns.
func (s *street) restores(operator, concerned market.Viewer, decision market.ID) {
	s.t.Helper()
	sf := safety.New(s.store, s.intros)
	s.must(sf.Appeal(s.ctx, concerned, decision, "We do not.", s.now))
	s.must(sf.AnswerAppeal(s.ctx, operator, decision, market.Restored, "So it is.", s.now))
}

// start is when a decision was made.
func (s *street) start(decision market.ID) time.Time {
	s.t.Helper()
	d, err := s.store.Decision(s.ctx, decision)
	s.must(err)
	return d.CreatedAt
}

func (s *street) talk(in market.Introduction) market.TalkState {
	s.t.Helper()
	talk, err := conversation.Of(s.ctx, s.store, in, s.now)
	s.must(err)
	return talk.State
}

func TestAGroupTakenAwayIsPartedFromAllOthers(t *testing.T) {
	m := newlyMet(t)
	op := m.operator()
	m.deliver()
	decision := m.hides(op, m.giver.group.ID)
	in := m.only(m.taker)
	if in.State != market.Undone || m.exchange().Stage != market.CalledOff || m.talk(in) != market.TalkStopped {
		t.Errorf("%s, %s, talk %s: want it called off and closed", in.State, m.exchange().Stage, m.talk(in))
	}
	if got := m.to(m.taker, m.deliver()); len(got) != 1 {
		t.Errorf("the other side got %q, want one kind mail", got)
	}
	m.restores(op, m.giver.viewer, decision)
	if in := m.only(m.taker); in.State != market.Undone {
		t.Errorf("given back: %s, want what was called off to stay so", in.State)
	}
}

func TestWhatHadBegunWithAGroupTakenAwayGoesSilentUntilItIsBack(t *testing.T) {
	m := newlyMet(t)
	op := m.operator()
	uses := evenings("2027-02-04", 3)
	uses[1].From, uses[1].Until = uses[1].From.AddDate(0, 0, 7), uses[1].Until.AddDate(0, 0, 7) // far enough apart for a reminder
	uses[2].From, uses[2].Until = uses[2].From.AddDate(0, 0, 14), uses[2].Until.AddDate(0, 0, 14)
	m.agree(uses)
	m.now = uses[0].Until.Add(time.Hour)
	m.must(m.intros.Turn(m.ctx, m.now))
	m.deliver()
	decision := m.hides(op, m.giver.group.ID)
	in := m.only(m.taker)
	if in.State != market.Connected || m.talk(in) != market.TalkStopped {
		t.Errorf("%s, talk %s: want what has begun to stay, and its talk closed", in.State, m.talk(in))
	}
	if _, _, err := conversation.New(m.store, "hub.example", photo.NewDarkroom()).Write(m.ctx, m.giver.viewer, in.ID, "Hello", string(market.NewID()), m.now); err == nil {
		t.Error("the group that was taken away writes on")
	}
	reminded := func(use int) int {
		m.now = uses[use].From.Add(-30 * time.Hour)
		before := m.written(market.DayBefore)
		m.must(m.intros.Turn(m.ctx, m.now))
		m.deliver()
		return m.written(market.DayBefore) - before
	}
	if n := reminded(1); n != 0 {
		t.Errorf("%d reminders while the group is away", n)
	}
	m.restores(op, m.giver.viewer, decision)
	if m.talk(in) != market.TalkOpen {
		t.Errorf("given back: talk %s, want it open", m.talk(in))
	}
	if n := reminded(2); n != 2 {
		t.Errorf("%d reminders once the group is back, want 2", n)
	}
}

func TestWhatWasOpenWithAGroupTakenAwayMayBeProposedAgain(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	op := s.operator()
	s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-02-01"))
	s.say(taker, s.only(taker), market.Yes)
	s.deliver()
	decision := s.hides(op, giver.group.ID)
	if in := s.only(taker); in.State != market.Undone || in.NeedAnswer != market.Yes {
		t.Errorf("%s, %q", in.State, in.NeedAnswer)
	}
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("the other side got %q, want one kind mail", got)
	}
	s.restores(op, giver.viewer, decision)
	s.now = s.now.Add(25 * time.Hour)
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(all) != 2 || all[0].State != market.Proposed {
		t.Errorf("%d introductions, the newest %s: want the pair proposed again", len(all), all[0].State)
	}
}

// What a listing that was hidden had led to goes on: the two have each other's word, and the group is there to be talked to.
func TestAListingTakenAwayWithdrawsWhatIsOpenAndLeavesWhatIsConnected(t *testing.T) {
	m := newlyMet(t)
	second := m.neighbour("Orpine Singers", "sing@orpine.test")
	need := m.post(second, choir("2027-06-01"))
	_, err := safety.New(m.store, m.intros).Hide(m.ctx, market.System, m.in.OfferID, "wrong", "It is a garage.", m.now)
	m.must(err)
	m.must(m.intros.Match(m.ctx, m.in.OfferID, m.now))
	m.must(m.intros.Fill(m.ctx, need.ID, m.now))
	if in := m.only(second); in.State != market.Undone {
		t.Errorf("what was open is %s, want withdrawn", in.State)
	}
	if in := m.only(m.taker); in.State != market.Connected || m.talk(in) != market.TalkOpen {
		t.Errorf("what was connected is %s, talk %s", in.State, m.talk(in))
	}
}

// What was taken back before its notice went is told by the answer alone: the notice would say that the group is away, which it is not.
func TestTheNoticeOfWhatWasTakenBackIsNotSent(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	op := s.operator()
	s.deliver()
	decision := s.hides(op, giver.group.ID)
	s.restores(op, giver.viewer, decision)
	s.deliver()
	var states []string
	rows, err := s.store.Pool().Query(s.ctx, `select kind || ' ' || state || ' ' || fault from letters where about_id = $1 order by kind`, decision)
	s.must(err)
	for rows.Next() {
		var state string
		s.must(rows.Scan(&state))
		states = append(states, state)
	}
	s.must(rows.Err())
	if diff := cmp.Diff([]string{"appeal_answered sent ", "moderation_notice failed moot"}, states); diff != "" {
		t.Error(diff)
	}
}
