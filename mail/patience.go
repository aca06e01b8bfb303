package mail

import (
	"context"
	"time"
)

// patience is how long a server has for a mail: so long for all until the text is out, and then so long for its answer to that.
type patience struct {
	text, answer time.Duration
	timer        *time.Timer // nil before it begins: a signature is made of the text too
}

func (p *patience) begin(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	p.timer = time.AfterFunc(p.text, cancel)
	return ctx, func() {
		p.timer.Stop()
		cancel()
	}
}

// textIsOut begins the time for the answer. The last few kilobytes, and files, may still be on their way: they are in that time.
func (p *patience) textIsOut() {
	if p.timer != nil && p.timer.Stop() {
		p.timer.Reset(p.answer)
	}
}
