package introduction_test

import (
	"errors"
	"strings"
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

// No mail, and no file in it, tells who is kept apart what the other's listing is called by now, where it is, or whom to talk to.
func TestNoMailTellsWhoIsKeptApartOfLater(t *testing.T) {
	for name, ends := range map[string]func(m *met, blocks func() neighbour){
		"called off": func(_ *met, blocks func() neighbour) { blocks() },
		"ended early": func(m *met, blocks func() neighbour) {
			m.now = m.exchange().Begins().Add(24 * time.Hour)
			blocks()
			_, err := m.intros.EndEarly(m.ctx, m.giver.viewer, m.in.ID, "", m.now)
			m.must(err)
		},
		"asked whether it happened": func(m *met, blocks func() neighbour) {
			m.now = m.exchange().Ends().Add(24 * time.Hour)
			blocks()
			m.must(m.intros.Turn(m.ctx, m.now))
		},
		"asked in a digest": func(m *met, blocks func() neighbour) {
			m.must(m.intros.Digests(m.ctx, m.now)) // works out when the first is due
			m.now = m.exchange().Ends().Add(24 * time.Hour)
			m.must(m.intros.Turn(m.ctx, m.now))
			m.deliver()
			blocks()
			m.now = m.now.AddDate(0, 0, 7)
			m.must(m.intros.Digests(m.ctx, m.now))
		},
		"connected late": func(m *met, blocks func() neighbour) {
			m.now = m.exchange().Begins().Add(time.Hour)
			blocks()
			m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
				_, err := tx.Send(m.ctx, market.Letter{Kind: market.ConnectedLetter, PersonID: m.taker.person.ID, GroupID: m.taker.group.ID, AboutID: m.in.ID}, "", m.now)
				return err
			}))
		},
		"contact handed over": func(m *met, blocks func() neighbour) {
			m.now = m.exchange().Begins().Add(time.Hour)
			blocker := blocks()
			heir, _ := m.joins(blocker, "heir@moon.test")
			m.must(m.intros.Leave(m.ctx, blocker.viewer, blocker.group.ID, blocker.person.ID, heir.ID, m.now))
		},
	} {
		for side := range map[market.Side]bool{market.Offer: true, market.Need: true} {
			t.Run(name+", by the side of the "+string(side), func(t *testing.T) {
				m := newlyMet(t)
				m.agree(evenings("2027-02-04", 2))
				m.deliver()
				blocker, blocked, was := m.giver, m.taker, "Church hall"
				if side == market.Need {
					blocker, blocked, was = m.taker, m.giver, "Room for a choir"
				}
				ends(m, func() neighbour {
					m.must(m.intros.Block(m.ctx, blocker.viewer, blocker.group.ID, blocked.group.ID, m.now))
					return blocker
				})
				m.moves(blocker)
				m.deliver()
				got := 0
				for _, o := range m.posted {
					if o.To != blocked.person.Address {
						continue
					}
					got++
					all := o.Subject + o.Text + o.HTML + attached(o)
					for _, later := range []string{"on the moon", "Moon Street", "Selene", o.ReplyTo} {
						if later != "" && strings.Contains(all, later) {
							t.Errorf("it tells %q:\n%s", later, o.Subject+o.Text+attached(o))
						}
					}
					if o.ReplyTo != "" || !strings.Contains(all, was) {
						t.Errorf("answered at %q, and does not speak of %q:\n%s", o.ReplyTo, was, o.Text)
					}
				}
				if want := name != "connected late" && name != "contact handed over"; (got > 0) != want {
					t.Errorf("%d mails", got)
				}
			})
		}
	}
}

// moves what a group has posted to the moon, some time later.
func (s *street) moves(n neighbour) {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	for sql, args := range map[string][]any{
		`update listings set title = 'Something on the moon', updated_at = $2 where group_id = $1`: {n.group.ID, s.now},
		`update places set label = 'Moon Street 1' where group_id = $1`:                            {n.group.ID},
		`update people set name = 'Selene' where id = $1`:                                          {n.person.ID},
	} {
		_, err := s.store.Pool().Exec(s.ctx, sql, args...)
		s.must(err)
	}
}

// Nor does the answer to a yes that came too late.
func TestALateYesAcrossABlockIsToldNothingOfLater(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.deliver()
	s.say(taker, s.only(taker), market.Yes)
	asked := s.deliver()
	s.must(s.intros.Block(s.ctx, taker.viewer, taker.group.ID, giver.group.ID, s.now))
	s.deliver()
	s.moves(taker)
	s.replies(giver, asked, market.Yes)
	got := s.deliver()
	if len(got) != 1 || !strings.HasPrefix(got[0].Subject, "Where it stands") {
		t.Fatalf("letters %v, want one that says where it stands", got)
	}
	if text := flat(got[0].Text); strings.Contains(text, "on the moon") || !strings.Contains(text, "Something that you see no longer") {
		t.Errorf("it says\n%s", got[0].Text)
	}
}

// clearJobs has none wait.
func (s *street) clearJobs() {
	s.t.Helper()
	_, err := s.store.Pool().Exec(s.ctx, `delete from outbox`)
	s.must(err)
}
