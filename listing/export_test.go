package listing

import "time"

// Drop makes the pool cut off: the next look builds it anew beside what it holds, which answers until then.
func (p *Pool) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.followed = time.Time{}
}
