package introduction_test

import (
	"errors"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// A no is a no for good once one of the two groups has blocked the other, and the blocker hears nothing more.
func TestANoCannotBecomeAYesAcrossABlock(t *testing.T) {
	for name, giverBlocks := range map[string]bool{"the giver blocks": true, "who said no blocks": false} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			in := s.only(taker)
			s.say(taker, in, market.No)
			s.deliver()
			blocker, blocked := taker, giver
			if giverBlocks {
				blocker, blocked = giver, taker
			}
			s.must(s.intros.Block(s.ctx, blocker.viewer, blocker.group.ID, blocked.group.ID, s.now))
			if s.only(taker).SettledAt == nil {
				t.Error("a mind could still be changed")
			}
			if _, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now); !errors.Is(err, market.ErrGone) {
				t.Errorf("a yes across a block: %v, want gone", err)
			}
			if sent := s.deliver(); len(sent) != 0 {
				t.Errorf("after the block %q is sent to %s", sent[0].Subject, sent[0].To)
			}
		})
	}
}

// What was proposed beside a block, in a transaction that did not see it yet, takes no yes and ends with the jobs that the block left.
func TestWhatIsOpenedBesideABlockEnds(t *testing.T) {
	for name, giverBlocks := range map[string]bool{"the giver blocks": true, "the need's group blocks": false} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			offer, need := s.post(giver, hall("Church hall")), s.publish(taker, choir("2027-02-01"))
			s.clearJobs()
			blocker, blocked := taker, giver
			if giverBlocks {
				blocker, blocked = giver, taker
			}
			s.must(s.intros.Block(s.ctx, blocker.viewer, blocker.group.ID, blocked.group.ID, s.now))
			in := market.Introduction{ID: market.NewID(), Version: 1, OfferID: offer.ID, NeedID: need.ID, OfferGroupID: giver.group.ID,
				NeedGroupID: taker.group.ID, State: market.Proposed, Amount: 1, ProposedAt: s.now,
				OfferAnswer: market.Yes, OfferBy: giver.person.ID, NeedToldAt: &s.now, YesToldAt: &s.now} // so that its end is news to both
			s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.OpenIntroduction(s.ctx, in) }))
			if _, err := s.intros.Answer(s.ctx, taker.viewer, in.ID, market.Yes, "", s.now); !errors.Is(err, market.ErrGone) {
				t.Errorf("a yes across a block: %v, want gone", err)
			}
			s.work()
			if in := s.only(taker); in.State != market.Undone {
				t.Errorf("opened beside a block, and %s", in.State)
			}
			s.now = s.now.Add(market.ChangeMind + time.Minute)
			s.must(s.intros.Turn(s.ctx, s.now))
			sent := s.deliver()
			if ours, theirs := s.to(blocker, sent), s.to(blocked, sent); len(ours) != 0 || len(theirs) != 1 {
				t.Errorf("the blocker is sent %q, and the other %q: want nothing, and the kind mail", ours, theirs)
			}
		})
	}
}

// clearJobs has none wait.
func (s *street) clearJobs() {
	s.t.Helper()
	_, err := s.store.Pool().Exec(s.ctx, `delete from outbox`)
	s.must(err)
}
