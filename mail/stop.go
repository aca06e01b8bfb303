package mail

// WithStop is a letter with the link that ends mails of its kind.
func WithStop(k Kind, link string) Kind { return stoppable{Kind: k, link: link} }

// WithStopAll is a letter to somebody who has no account, with the link that ends all mails to them.
func WithStopAll(k Kind, link string) Kind { return stoppable{Kind: k, link: link, all: true} }

type stoppable struct {
	Kind
	link string
	all  bool
}

func (s stoppable) letter(w words) letter {
	l := s.Kind.letter(w)
	l.Stop = w.stop(s.link)
	switch {
	case s.all:
		l.Stop.Label = w.say("stop_all", nil)
	case l.StopSays != "":
		l.Stop.Label = l.StopSays
	}
	return l
}
