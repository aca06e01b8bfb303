package market

import "time"

// Job is work to be done after a change: what kind, and on which things. Ids only: the handler loads what is there
// when it runs, so order and repeats do not matter.
type Job struct {
	Kind    string `json:"kind"`
	Subject ID     `json:"subject"`
	Other   ID     `json:"other,omitempty"`
}

// Pressing reports whether somebody waits for a letter at a page: its job names it twice, which the release before does not look at.
func (j Job) Pressing() bool { return j.Kind == LetterJob && j.Other != "" && j.Other == j.Subject }

// The kinds of jobs.
const (
	IndexJob   = "index"   // put the listing into the search index, or take it out
	PartyJob   = "party"   // put the group or network into the search index, or take it out
	MatchJob   = "match"   // find counterparts of the listing and open introductions
	LetterJob  = "letter"  // send one mail
	FillJob    = "fill"    // look at a need again: its introductions changed
	VectorJob  = "vector"  // read what a listing's text means
	RingJob    = "ring"    // look for rings: a night was shared out, or a ring came to an end
	AlertJob   = "alert"   // write the mail of a saved search
	ShareJob   = "share"   // share out among the needs that came in a burst with this one
	ScrubJob   = "scrub"   // have what was erased leave the database's files
	RewriteJob = "rewrite" // the same, of what is too large for that by day
	CompactJob = "compact" // have what was erased leave the search engine's files
	ExportJob  = "export"  // write out all that is kept of a person

	MandateJob = "mandate" // post what waited for a group's yes or to be let in, and open again what was paused without it
	FeedJob    = "feed"    // open again what was paused because a partner had gone quiet

	ShareNetworkJob = "share_network" // share out among what a network's groups need: its connector asked
)

// Queued is a job in the outbox. Attempt grows each time it is handed to the queue; the retry delays and the outcome
// are kept here, in Postgres, and not in the queue.
type Queued struct {
	ID       int64
	Job      Job `gorm:"embedded"`
	Attempt  int
	Failures int // attempts that ended in an error
	Queued   time.Time
	Sent     time.Time // when this attempt was claimed to be handed to the queue: the same for all of one claim
}
