package store

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A connection keeps the plans of what it was asked, and those of `select *` are good for nothing once a table has one more
// column, as it gets while this program serves and the next release migrates. The first question by such a plan fails, on each
// connection. Nobody is told of that: the connections are thrown away, and the question is asked once more on a new one.

// codeStalePlan is what Postgres says then: "cached plan must not change result type".
const codeStalePlan = "0A000"

func stalePlan(err error) bool { return pgCode(err) == codeStalePlan }

// steadyPool is the database as gorm sees it, outside of transactions; InTx runs those again.
type steadyPool struct {
	*sql.DB
	pool *pgxpool.Pool
}

// QueryContext asks, and asks once more where the plan was stale. The driver reads the first row before it answers, so that
// the fault shows here.
func (p steadyPool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := p.DB.QueryContext(ctx, query, args...)
	if stalePlan(err) {
		p.pool.Reset()
		return p.DB.QueryContext(ctx, query, args...)
	}
	return rows, err
}

// ExecContext is like QueryContext: what failed by its plan has changed nothing.
func (p steadyPool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	done, err := p.DB.ExecContext(ctx, query, args...)
	if stalePlan(err) {
		p.pool.Reset()
		return p.DB.ExecContext(ctx, query, args...)
	}
	return done, err
}
