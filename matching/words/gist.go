package words

// Gist is a Text whose keys are numbers of an index's vocabulary: a tenth of its size, and quick to compare. It says
// which words agree, not how they are said to people.
type Gist struct {
	ids   []uint32 // keys of About, their wider sorts (0: none), keys of Said, wider sorts of Said, sorts of About that stand apart
	about uint16
	said  uint16
}

// weakBit marks the number of a weak key.
const weakBit = 1 << 31

// apartBit marks a wider sort whose things cannot stand in for each other.
const apartBit = 1 << 30

// Unknown is the number of a key that the vocabulary lacks: nothing in the index has it.
const Unknown = apartBit - 1

// Gist of a text; number gives each key its own number, above 0 and below Unknown.
func (t Text) Gist(number func(key string) uint32) Gist {
	g := Gist{about: uint16(len(t.About)), said: uint16(len(t.Said))}
	wider := 0
	for _, tok := range t.Said {
		if tok.Broader != "" {
			wider++
		}
	}
	for _, tok := range t.About {
		if tok.Apart {
			wider++
		}
	}
	g.ids = make([]uint32, 0, 2*len(t.About)+len(t.Said)+wider)
	for _, tok := range t.About {
		g.ids = append(g.ids, tok.number(number))
	}
	for _, tok := range t.About {
		wider := uint32(0)
		if tok.Broader != "" {
			wider = number(tok.Broader)
		}
		if tok.Apart {
			wider |= apartBit
		}
		g.ids = append(g.ids, wider)
	}
	for _, tok := range t.Said {
		g.ids = append(g.ids, tok.number(number))
	}
	for _, tok := range t.Said {
		if tok.Broader != "" {
			g.ids = append(g.ids, number(tok.Broader))
		}
	}
	for _, tok := range t.About {
		if tok.Apart {
			g.ids = append(g.ids, number(tok.Broader))
		}
	}
	return g
}

func (t Token) number(number func(string) uint32) uint32 {
	n := number(t.Key)
	if t.Weak {
		n |= weakBit
	}
	return n
}

func (g Gist) head() []uint32   { return g.ids[:2*g.about] }
func (g Gist) asides() []uint32 { return g.ids[2*g.about : 2*g.about+g.said] }

// Keys of the whole text, weak ones too; some may be 0 or come twice.
func (g Gist) Keys(into []uint32) []uint32 {
	for _, id := range g.ids {
		into = append(into, id&^(weakBit|apartBit))
	}
	return into
}

// SoughtKeys are the keys of which a text that speaks of the same thing has at least one: of a need in an offer's
// text, and so those by which an index finds a need from an offer.
func (g Gist) SoughtKeys(into []uint32) []uint32 {
	strongs, weaks := g.count()
	if strongs == 0 {
		return g.Keys(into) // the description may name the thing
	}
	for _, id := range g.head() {
		if id&weakBit == 0 || weaks >= weaksThatDo {
			into = append(into, id&^(weakBit|apartBit))
		}
	}
	return into
}

// weaksThatDo is how many weak words in common reach the Floor.
const weaksThatDo = 3

func (g Gist) count() (strongs, weaks int) {
	for _, id := range g.ids[:g.about] {
		if id&weakBit == 0 {
			strongs++
		} else {
			weaks++
		}
	}
	return strongs, weaks
}

// CompareGists is Compare without the words to be said.
func CompareGists(need, offer Gist) Likeness {
	var l Likeness
	total := 0.0
	for i, id := range need.ids[:need.about] {
		total += weightOf(id)
		l.Shared += answered(id, need.ids[int(need.about)+i]&^apartBit, offer)
	}
	if total > 0 {
		l.Coverage = min(1, l.Shared/total)
	}
	if strongs, _ := need.count(); strongs == 0 {
		for _, id := range offer.ids[:offer.about] {
			if id&weakBit == 0 && among(need.ids, id) {
				l.Shared += inText
				l.Coverage = max(l.Coverage, inText)
			}
		}
	}
	n := 0
	for _, id := range need.asides() {
		if among(offer.ids, id) {
			n++
		}
	}
	if need.said > 0 {
		l.Aside = float64(n) / float64(need.said)
	}
	return l
}

func weightOf(id uint32) float64 {
	if id&weakBit != 0 {
		return weak
	}
	return strong
}

// answered is how much of a need's key the offer answers.
func answered(id, wider uint32, offer Gist) float64 {
	switch {
	case among(offer.head(), id):
		return weightOf(id)
	case id&weakBit != 0:
		return 0
	case among(offer.ids, id):
		return inText
	case wider != 0 && among(offer.head(), wider):
		return broader
	}
	return 0
}

func among(list []uint32, id uint32) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}
