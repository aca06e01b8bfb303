package pages

import (
	"net/http"

	"wherewithal/web/pages/view"
)

// registerHelp is for everybody.
func (s *Site) registerHelp() {
	s.get("/help", s.help)
	s.get("/accessibility", s.accessibility)
	s.get("/privacy", s.privacy)
}

// publicPages are those that search engines may keep whatever is listed: the map of the site names them.
var publicPages = func() []string {
	all := []string{"/", "/find", "/help", "/accessibility", "/privacy"}
	for _, p := range developersParts {
		all = append(all, p.path)
	}
	return all
}()

// helpTopics are the parts of /help and the questions of each, in the order in which people meet them.
var helpTopics = []struct {
	topic     string
	questions []string
}{
	{"start", []string{"what", "who", "cost", "account"}},
	{"group", []string{"people", "leave", "evidence", "partner"}},
	{"post", []string{"how", "photos", "read", "see", "expire"}},
	{"match", []string{"chosen", "order", "near", "none"}},
	{"introduce", []string{"first", "no", "names", "agree", "after"}},
	{"mails", []string{"many", "stop", "wrong"}},
	{"safe", []string{"check", "place", "name", "report", "appeal"}},
	{"network", []string{"what", "join", "found", "connector", "hand"}},
}

func (s *Site) help(c *Call) error {
	p := view.HelpPage{Page: c.Public(c.Page("help.heading"), c.T("help.intro"))}
	for _, t := range helpTopics {
		topic := view.HelpTopic{ID: t.topic, Title: c.T("help." + t.topic + ".title")}
		for _, q := range t.questions {
			key := "help." + t.topic + "." + q
			topic.Questions = append(topic.Questions, view.Question{ID: t.topic + "-" + q, Asked: c.T(key + "_q"), Answer: paragraphs(c.T(key + "_a"))})
		}
		p.Topics = append(p.Topics, topic)
	}
	return c.Render(http.StatusOK, view.Help(p))
}

// accessibilityNotMet are what the statement says is not met, each with what one may do instead.
var accessibilityNotMet = []string{"map", "words", "language"}

func (s *Site) accessibility(c *Call) error {
	p := view.StatementPage{Page: c.Public(c.Page("accessibility.heading"), c.T("accessibility.intro")),
		Paragraphs: []string{c.T("accessibility.intro"), c.T("accessibility.works"), c.T("accessibility.tested")}}
	for _, key := range accessibilityNotMet {
		p.NotMet = append(p.NotMet, c.T("accessibility.not."+key))
	}
	return c.Render(http.StatusOK, view.Statement(p))
}
