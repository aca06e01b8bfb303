package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver goose uses
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the database at the address to the newest schema, and its standard kinds and what networks' names are folded to up to date. Any number of
// processes may call it at once: one works, the others wait and find nothing to do.
func Migrate(ctx context.Context, address string) (err error) {
	defer market.Wrap(&err, "store.Migrate")
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker),
		goose.WithAllowOutofOrder(true)) // they are written side by side, and none leans on another's place in the row
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return translate(err)
	}
	s, err := Open(ctx, address)
	if err != nil {
		return err
	}
	defer s.Close()
	return errors.Join(s.keepKinds(ctx), s.foldNames(ctx))
}

func (s *Store) keepKinds(ctx context.Context) error {
	kinds := market.StandardKinds()
	return translate(s.db.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&kinds).Error)
}

// foldNames mends what networks' names were not folded to: by a release before that did not, or folded otherwise.
func (s *Store) foldNames(ctx context.Context) error {
	all, err := many[networkRow](s.db.WithContext(ctx).Select("id", "name", "likeness"))
	for _, row := range all {
		if key := market.LikenessKey(row.Name); key != row.Likeness {
			err = errors.Join(err, translate(s.db.WithContext(ctx).Exec(`update networks set likeness = ? where id = ? and name = ?`, key, row.ID, row.Name).Error))
		}
	}
	return err
}

// SchemaKey changes whenever what Migrate does changes. Tests name their template database by it.
func SchemaKey() string {
	sum := sha256.New()
	entries, _ := migrations.ReadDir("migrations") // an embedded folder can always be read
	for _, entry := range entries {
		text, _ := migrations.ReadFile("migrations/" + entry.Name())
		sum.Write(text)
	}
	fmt.Fprint(sum, market.StandardKinds())
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
