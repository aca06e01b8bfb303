package store

import (
	"github.com/jackc/pgx/v5/pgtype"

	"wherewithal/market"
)

// idPlan writes an ID to Postgres as the 16 bytes that it stands for. As a mere driver.Valuer pgx would take its text, fail to
// encode that as a uuid, and parse it then, for each parameter of each question anew.
type idPlan struct{ next pgtype.EncodePlan }

func wrapID(value any) (plan pgtype.WrappedEncodePlanNextSetter, next any, ok bool) {
	id, ok := value.(market.ID)
	if !ok {
		return nil, nil, false
	}
	u, err := uuidOf(id)
	return &idPlan{}, u, err == nil
}

// SetNext is pgx's.
func (p *idPlan) SetNext(next pgtype.EncodePlan) { p.next = next }

// Encode writes the zero ID as NULL.
func (p *idPlan) Encode(value any, buf []byte) ([]byte, error) {
	id := value.(market.ID)
	if id == "" {
		return nil, nil
	}
	u, err := uuidOf(id)
	if err != nil {
		return nil, err
	}
	return p.next.Encode(u, buf)
}

func uuidOf(id market.ID) (u pgtype.UUID, err error) {
	if id != "" {
		err = u.Scan(string(id))
	}
	return u, err
}
