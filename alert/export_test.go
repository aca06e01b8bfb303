package alert

import "time"

// Forget has the next CatchUp build the copy anew, as after a long time apart.
func (c *Copy) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.followed = time.Time{}
}
