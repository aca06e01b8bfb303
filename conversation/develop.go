package conversation

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
	"wherewithal/photo"
)

// Darkroom draws a picture anew. *photo.Darkroom is one; it promises the errors.
type Darkroom interface {
	Develop(ctx context.Context, file []byte) (photo.Developed, error)
}

// developed is a mail with its files as they may be passed on, those left out that may not be. market.ErrTooMany: its writer
// has no room for them, and no more of its pictures are drawn.
func (cs *Conversations) developed(ctx context.Context, mail Mail, room int) (Mail, error) {
	files := mail.Files
	mail.Files, mail.LeftOut = nil, slices.Clone(mail.LeftOut)
	for _, f := range files {
		passes, err := cs.passable(ctx, &f)
		if err != nil {
			return mail, err
		}
		if !passes {
			mail.LeftOut = append(mail.LeftOut, f.Name)
			continue
		}
		if f.Type != "text/plain" { // words may come out shorter
			room -= len(f.Content)
		}
		if room < 0 {
			return mail, market.ErrTooMany
		}
		mail.Files = append(mail.Files, f)
	}
	return mail, nil
}

// passable makes a file one that may be passed on: a picture is drawn anew, so that it does not say where it was taken. False:
// what is no picture, or words out of which nobody could take an address.
func (cs *Conversations) passable(ctx context.Context, f *market.MessageFile) (bool, error) {
	if f.Type == "text/plain" {
		return utf8.Valid(f.Content), nil
	}
	if !strings.HasPrefix(f.Type, "image/") {
		return true, nil
	}
	made, err := cs.darkroom.Develop(ctx, f.Content)
	var broken *market.Invalid
	if errors.As(err, &broken) {
		return false, nil
	}
	f.Content, f.Type, f.Name = made.Large.JPEG, "image/jpeg", strings.TrimSuffix(f.Name, path.Ext(f.Name))+".jpg"
	return true, err
}
