package calendar

import "sort"

// Ways are the best regular ways in which the two could meet, best first, at most so many: what two groups that were
// introduced may choose from. A way of which nothing fits is none.
func (a *Almanac) Ways(offer, need Side, stock Stock, amount, most int) []Meeting {
	p := a.pair(&offer, &need, stock, amount)
	if len(offer.when.Windows) == 0 && len(need.when.Windows) == 0 {
		return nil
	}
	var all []Meeting
	for s := range wanted(&need, p.now) {
		if m := p.meet(s); m.Fits > 0 && !hasMeeting(all, m) {
			all = append(all, m)
		}
		if len(all) == most && len(all[0].Slots) == 1 {
			break // single days come in order: the first are the best
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].better(all[j]) })
	return all[:min(most, len(all))]
}

func hasMeeting(list []Meeting, m Meeting) bool {
	for _, x := range list {
		if x.Fits == m.Fits && x.Slots[0] == m.Slots[0] && x.Slots[x.Fits-1] == m.Slots[m.Fits-1] {
			return true
		}
	}
	return false
}
