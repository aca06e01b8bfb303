package market

import "time"

// The hours in which what holds people up is done, where the site is at home.
const (
	nightFrom = 2
	nightTo   = 5
)

// Tonight is the next half past three in the morning where the site is at home, when least is asked of it.
func Tonight(now time.Time) time.Time {
	now = now.In(When{}.Location())
	at := time.Date(now.Year(), now.Month(), now.Day(), 3, 30, 0, 0, now.Location())
	if at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// AtNight is now from two to five in the morning where the site is at home, and by day Tonight.
func AtNight(now time.Time) time.Time {
	if h := now.In(When{}.Location()).Hour(); h >= nightFrom && h < nightTo {
		return now
	}
	return Tonight(now)
}
