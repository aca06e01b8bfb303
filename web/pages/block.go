package pages

import (
	"net/http"
	"slices"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// blockedBy are the groups that have blocked another, of those for which the viewer may act.
func (s *Site) blockedBy(c *Call, other market.ID) ([]market.ID, error) {
	var by []market.ID
	for _, own := range c.Viewer.Posts() {
		blocks, err := s.Store.Blocks(c.Ctx, own)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(blocks, func(b market.Block) bool { return b.BlockedID == other }) {
			by = append(by, own)
		}
	}
	return by, nil
}

// block keeps a group apart from all groups for which the caller may act.
func (s *Site) block(c *Call) error {
	id, err := s.other(c)
	if err != nil {
		return err
	}
	if len(c.Viewer.Posts()) == 0 {
		return market.ErrForbidden
	}
	for _, own := range c.Viewer.Posts() {
		if err := s.Introductions.Block(c.Ctx, c.Viewer, own, id, c.Now); err != nil {
			return err
		}
	}
	return c.Done("/blocks", "done.blocked")
}

// other is the group in the path, which is not the caller's own.
func (s *Site) other(c *Call) (market.ID, error) {
	if _, err := c.SignedIn(); err != nil {
		return "", err
	}
	id, err := c.Param("id")
	if err != nil {
		return "", err
	}
	if c.Viewer.In(id) {
		return "", market.ErrWrongState
	}
	if err := c.Form(&struct{}{}); err != nil {
		return "", err
	}
	_, err = s.Store.GroupFor(c.Ctx, c.Viewer, id)
	return id, err
}

// unblock lets a group be met again, whatever became of it: what is blocked is on the list of blocks. Of any other there is nothing to do,
// and nothing is told.
func (s *Site) unblock(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	id, err := c.Param("id")
	if err == nil {
		err = c.Form(&struct{}{})
	}
	if err != nil {
		return err
	}
	by, err := s.blockedBy(c, id)
	if err != nil {
		return err
	}
	for _, own := range by {
		if err := s.Accounts.Unblock(c.Ctx, c.Viewer, own, id, c.Now); err != nil {
			return err
		}
	}
	return c.Done("/blocks", "done.unblocked")
}

func (s *Site) blocks(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	page := view.BlocksPage{Page: c.Page("blocks.heading")}
	own, err := s.Store.Groups(c.Ctx, v.Groups())
	if err != nil {
		return err
	}
	for _, g := range own {
		blocks, err := s.Store.Blocks(c.Ctx, g.ID)
		if err != nil {
			return err
		}
		lines, err := s.blockLines(c, g, blocks)
		if err != nil {
			return err
		}
		page.Blocks = append(page.Blocks, lines...)
	}
	return c.Render(http.StatusOK, view.Blocks(page))
}

func (s *Site) blockLines(c *Call, by market.Group, blocks []market.Block) (lines []view.Block, err error) {
	var ids []market.ID
	for _, b := range blocks {
		ids = append(ids, b.BlockedID)
	}
	groups, err := s.Store.Groups(c.Ctx, ids)
	for _, g := range groups {
		line := view.Block{GroupID: string(g.ID), Name: g.NameFor(c.Viewer), By: c.T("worded.blocked_by", "Group", by.Name)}
		if c.Viewer.Roles[by.ID].CanPost() {
			line.Once = c.Blank().Once
		}
		lines = append(lines, line)
	}
	return lines, err
}
