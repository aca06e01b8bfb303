package pages

import (
	"cmp"
	"errors"
	"mime"
	"net/http"
	"strings"

	"wherewithal/conversation"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerConversation is for the members of the two connected groups, signed in or by the link of a letter. Sending one
// form twice writes once.
func (s *Site) registerConversation() {
	for _, at := range []string{"/introductions/:id", "/i/:token"} {
		s.post(at+"/write", s.write)
		s.get(at+"/files/:file", s.messageFile)
	}
}

type writeForm struct {
	Text string `form:"text"`
}

func (s *Site) write(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	if st.in.ConnectedAt == nil {
		return market.ErrNotFound
	}
	var f writeForm
	if err := c.Form(&f); err != nil {
		return err
	}
	_, reached, err := s.Conversations.Write(c.Ctx, st.v, st.in.ID, f.Text, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		p, err := s.introductionPage(c, st)
		if err != nil {
			return err
		}
		if p.Talk == nil {
			return market.ErrNotFound
		}
		p.Form.Errors, p.Talk.Text, p.Talk.Error = again.Errors, f.Text, again.Error("text")
		return c.Show(p.Form, view.Introduction(p))
	}
	switch {
	case errors.Is(err, market.ErrRepeated):
		return c.Done(st.path+"#talk", "note.done_before")
	case errors.Is(err, market.ErrGone):
		return c.Done(st.path+"#talk", "note.no_longer")
	case err != nil:
		return err
	case !reached:
		return c.Done(st.path+"#talk", "note.no_reader")
	}
	return c.Done(st.path+"#talk", "done.written")
}

// talk is the conversation as one of the two sides sees it; nil where there is none to read.
func (s *Site) talk(c *Call, st standpoint) (*view.Conversation, error) {
	messages, err := s.Store.Messages(c.Ctx, st.v, st.in.ID)
	if errors.Is(err, market.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now, err := conversation.Of(c.Ctx, s.Store, st.in, c.Now)
	if err != nil {
		return nil, err
	}
	if st.in.State != market.Connected && now.State != market.TalkOpen && len(messages) == 0 {
		return nil, nil
	}
	t := &view.Conversation{Base: st.path, Once: c.Blank().Once, Max: market.MaxMessage,
		CanWrite: now.State == market.TalkOpen && st.v.Roles[st.mine().Listing.GroupID].CanPost(),
		Note:     c.T("talk.until", "Date", wording.Date(c.Lang, now.Until.In(c.Zone())))}
	if st.in.State != market.Connected {
		t.Note = c.T("talk.until_released", "Date", wording.Date(c.Lang, now.Until.In(c.Zone())))
	}
	if now.State != market.TalkOpen {
		t.Closed = c.T("talk.closed_" + string(now.State))
	}
	t.Messages, err = s.messageLines(c, st, messages)
	return t, err
}

func (s *Site) messageLines(c *Call, st standpoint, messages []market.Message) ([]view.Message, error) {
	ids, writers := []market.ID{}, map[market.ID]writer{}
	for _, m := range messages {
		ids = append(ids, m.ID)
		if writers[m.PersonID].name != "" {
			continue
		}
		p, err := s.Store.Person(c.Ctx, m.PersonID)
		if err != nil {
			return nil, err
		}
		g, err := s.Store.Group(c.Ctx, market.System, m.GroupID)
		if err != nil {
			return nil, err
		}
		writers[m.PersonID] = writer{or(p.Name, g.Name), p.Language, g.Languages}
	}
	files, err := s.Store.FilesAmong(c.Ctx, ids)
	if err != nil {
		return nil, err
	}
	lines := make([]view.Message, len(messages))
	for i, m := range messages {
		lines[i] = c.messageLine(st, m, writers[m.PersonID], files)
	}
	return lines, nil
}

// writer of messages, and what they may be written in: the language that we speak with them, and those that their group speaks.
type writer struct {
	name     string
	language string
	spoken   []string
}

func (c *Call) messageLine(st standpoint, m market.Message, by writer, files []market.MessageFile) view.Message {
	own := m.PersonID == st.v.Person
	line := view.Message{ID: string(m.ID), Own: own, Name: by.name, When: c.When(m.CreatedAt), Paragraphs: inLines(m.Text),
		Lang: cmp.Or(tongue.Of(m.Text, by.language), tongue.Of(m.Text, by.spoken...))}
	if own {
		line.Name = c.T("talk.you", "Name", by.name)
	} else {
		line.ReportHref = "/report?about=message:" + string(m.ID)
		if token := c.Gin.Param("token"); token != "" && !c.Viewer.SignedIn() {
			line.ReportHref += "&link=" + token
		}
	}
	if len(m.LeftOut) > 0 && m.PurgedAt == nil {
		line.LeftOut = c.T("talk.left_out", "Files", strings.Join(m.LeftOut, ", "))
	}
	for _, f := range files {
		if f.MessageID == m.ID {
			line.Files = append(line.Files, view.Link{Href: st.path + "/files/" + string(f.ID), Text: f.Name + " (" + view.Size(c.Lang, f.Size) + ")"})
		}
	}
	return line
}

// inLines are the lines between empty lines.
func inLines(text string) (all [][]string) {
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, strings.Split(part, "\n"))
		}
	}
	return all
}

// messageFile gives a file to be saved: a browser is never let show what somebody else made.
func (s *Site) messageFile(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	id, err := c.Param("file")
	if err != nil {
		return err
	}
	f, m, err := s.Store.MessageFile(c.Ctx, id)
	if err != nil {
		return err
	}
	if m.IntroductionID != st.in.ID {
		return market.ErrNotFound
	}
	if _, err := s.Store.MessageFor(c.Ctx, st.v, m.ID); err != nil {
		return err
	}
	h := c.Gin.Writer.Header()
	h.Set("Content-Disposition", or(mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}), "attachment"))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "no-store")
	httpx.Write(c.Gin, http.StatusOK, f.Type, f.Content)
	return nil
}
