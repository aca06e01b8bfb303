package market

import "cmp"

// Caps keep people from being swamped. The house has its own, and a person or a network may lower them. Zero values stand
// for what is usual.
type Caps struct {
	MailsADay    int // letters of proposals to one person within 24 h, beside the answer to their own new posting; 1
	MailsAWeek   int // within 7 days; 3
	OpenRequests int // requests an offer's group is asked about at once; 3
}

// OrUsual fills in what is not said.
func (c Caps) OrUsual() Caps {
	return Caps{MailsADay: cmp.Or(c.MailsADay, 1), MailsAWeek: cmp.Or(c.MailsAWeek, 3), OpenRequests: cmp.Or(c.OpenRequests, 3)}
}

// Lowered are caps as a person or a network wants them; nil: as many as the house allows.
type Lowered struct {
	MailsADay    *int
	MailsAWeek   *int
	OpenRequests *int
}

// Under are the caps that hold where somebody wants them lower. None is ever raised.
func (c Caps) Under(l Lowered) Caps {
	c = c.OrUsual()
	for _, one := range []struct {
		cap   *int
		lower *int
	}{{&c.MailsADay, l.MailsADay}, {&c.MailsAWeek, l.MailsAWeek}, {&c.OpenRequests, l.OpenRequests}} {
		if one.lower != nil {
			*one.cap = min(*one.cap, *one.lower)
		}
	}
	return c
}

// Over is what somebody wants now, who wanted something before. A cap that is no lower than the house's is what is usual: whoever
// leaves it so does not give it up, and it holds again when the house lets more through.
func (l Lowered) Over(was Lowered, house Caps) Lowered {
	house = house.OrUsual()
	for _, one := range []struct {
		now **int
		was *int
		cap int
	}{{&l.MailsADay, was.MailsADay, house.MailsADay}, {&l.MailsAWeek, was.MailsAWeek, house.MailsAWeek}, {&l.OpenRequests, was.OpenRequests, house.OpenRequests}} {
		if *one.now == nil && one.was != nil && *one.was >= one.cap {
			*one.now = one.was
		}
	}
	return l
}

// Lowest of two.
func (l Lowered) Lowest(o Lowered) Lowered {
	return Lowered{MailsADay: lowest(l.MailsADay, o.MailsADay), MailsAWeek: lowest(l.MailsAWeek, o.MailsAWeek), OpenRequests: lowest(l.OpenRequests, o.OpenRequests)}
}

func lowest(a, b *int) *int {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

// below notes what is raised above the house's caps. Who wants no requests at all pauses the listing instead.
func (l Lowered) below(e *Invalid, house Caps) {
	house = house.OrUsual()
	for _, one := range []struct {
		field       string
		want        *int
		least, most int
	}{{"a_day", l.MailsADay, 0, house.MailsADay}, {"a_week", l.MailsAWeek, 0, house.MailsAWeek}, {"requests", l.OpenRequests, 1, house.OpenRequests}} {
		if one.want != nil && (*one.want < one.least || *one.want > one.most) {
			e.Add(one.field, "cap_range", "Min", one.least, "Max", one.most)
		}
	}
}
