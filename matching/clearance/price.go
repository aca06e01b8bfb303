package clearance

// bound prices what is left of each line (Lagrangian relaxation; Held, Wolfe and Crowder 1974): whoever takes more than its cost
// at those prices comes. What lines are worth, less what those gain, no choice can undercut. Prices of lines of which too
// little goes rise, the others fall. The cost of those who come already is in it.
func (c *cover) bound(left []int64, rounds int) float64 {
	base := 0.0
	for i, s := range c.state {
		if s == in {
			base += c.cost[i]
		}
	}
	c.first(left)
	best, bold, idle := base, 1.5, 0
	prices := append([]float64(nil), c.price...)
	short := make([]float64, len(left))
	for range rounds {
		sum := base + c.answer(left, short)
		if sum > best+near {
			best, idle = sum, 0
			copy(prices, c.price)
		} else if idle++; idle > 6 {
			bold, idle = bold/2, 0
		}
		if raised(best) >= c.value-near || bold < .005 || !c.move(left, short, bold*(c.value-sum)) {
			break
		}
	}
	copy(c.price, prices)
	c.keep(left)
	return best
}

// first prices where there are none: a collection spread over the units that are left.
func (c *cover) first(left []int64) {
	for l, x := range left {
		if c.price[l] == 0 && x > 0 {
			c.price[l] = 1 / float64(x) / float64(len(left))
		}
	}
}

// answer is the sum at the present prices; short says how much of each line stays then.
func (c *cover) answer(left []int64, short []float64) (sum float64) {
	for l, x := range left {
		short[l] = float64(x)
		sum += c.price[l] * float64(x)
	}
	for i, s := range c.state {
		if s != free {
			continue
		}
		gain := c.does(i, left) - c.cost[i]
		if gain <= 0 {
			continue
		}
		sum -= gain
		for _, w := range c.wants[i] {
			short[w.Line] -= float64(min(w.Amount, left[w.Line]))
		}
	}
	return sum
}

// move prices, lines counted by their shares so that one of thousands weighs no more than one of three.
func (c *cover) move(left []int64, short []float64, by float64) bool {
	length := 0.0
	for l, x := range left {
		if x > 0 && (short[l] > 0 || c.price[l] > 0) {
			length += short[l] / float64(x) * short[l] / float64(x)
		}
	}
	if length == 0 || by <= 0 {
		return false
	}
	for l, x := range left {
		if x > 0 {
			c.price[l] = max(0, c.price[l]+by/length*short[l]/float64(x)/float64(x))
		}
	}
	return true
}
