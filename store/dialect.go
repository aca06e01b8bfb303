package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"wherewithal/market"
)

// naming maps the words of market to their tables.
var naming = tables{schema.NamingStrategy{}}

type tables struct{ schema.NamingStrategy }

// TableName is gorm's plural but for words whose plural it gets wrong.
func (t tables) TableName(name string) string {
	switch name {
	case "Evidence":
		return "evidence"
	case "Feed":
		return "calendar_feeds"
	case "Once":
		return "once"
	case "Grant":
		return "partner_grants"
	case "Supplied":
		return "supplied"
	}
	return t.NamingStrategy.TableName(name)
}

func init() { schema.RegisterSerializer("json", jsonColumn{}) }

// jsonColumn writes nil slices and maps as empty ones: gorm's own serializer makes them NULL.
type jsonColumn struct{}

func (jsonColumn) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, value any) error {
	v := reflect.New(field.FieldType)
	var err error
	switch raw := value.(type) {
	case nil:
	case []byte:
		err = json.Unmarshal(raw, v.Interface())
	case string:
		err = json.Unmarshal([]byte(raw), v.Interface())
	default:
		err = fmt.Errorf("store: %s cannot be read from %T", field.Name, value)
	}
	field.ReflectValueOf(ctx, dst).Set(v.Elem())
	return err
}

func (jsonColumn) Value(_ context.Context, _ *schema.Field, _ reflect.Value, value any) (any, error) {
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return "[]", nil
	case v.Kind() == reflect.Map && v.IsNil():
		return "{}", nil
	}
	b, err := json.Marshal(value)
	return string(b), err
}

// The error codes of the rules that the database itself keeps.
const (
	codeUnique       = "23505"
	codeCapacity     = "WH001"
	codeNesting      = "WH002"
	codeSerialise    = "40001"
	codeDeadlock     = "40P01"
	codeNoTable      = "42P01"
	codeBusy         = "55P03" // a lock that was not had in time
	codeEnded        = "57014" // a statement that took too long
	codeDiskFull     = "53100"
	codeShuttingDown = "57P01"
	codeStarting     = "57P03"
	codeTooManyConns = "53300"
)

func pgCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

func again(err error) bool { c := pgCode(err); return c == codeSerialise || c == codeDeadlock }

// translate gives database errors the names of market. Everything else passes as it is.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return market.ErrNotFound
	}
	switch pgCode(err) {
	case codeCapacity:
		return fmt.Errorf("%w: %w", market.ErrTaken, err)
	case codeNesting:
		return market.Refuse("parent", "network_cycle")
	case codeUnique:
		return fmt.Errorf("%w: %w", market.ErrConflict, err)
	case codeDiskFull:
		return fmt.Errorf("%w: %w: %w", market.ErrFull, market.ErrUnavailable, err)
	case codeSerialise, codeDeadlock, codeShuttingDown, codeStarting, codeTooManyConns:
		return fmt.Errorf("%w: %w", market.ErrUnavailable, err)
	}
	var netErr net.Error
	var connErr *pgconn.ConnectError
	if errors.As(err, &connErr) || (errors.As(err, &netErr) && !errors.Is(err, context.Canceled)) || hungUp(err) {
		return fmt.Errorf("%w: %w", market.ErrUnavailable, err)
	}
	return err
}

// hungUp reports whether the server ended while it was asked: it may have been restarted, or its disk be full.
func hungUp(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, driver.ErrBadConn)
}

// one is a query for a single row: missing is market.ErrNotFound.
func one[T any](db *gorm.DB) (T, error) {
	var v T
	err := db.Take(&v).Error
	return v, translate(err)
}

// none translates the error of a query for a single row by the pool's own way: missing is market.ErrNotFound.
func none(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return market.ErrNotFound
	}
	return translate(err)
}

// many is a query for any number of rows.
func many[T any](db *gorm.DB) ([]T, error) {
	var v []T
	err := db.Find(&v).Error
	return v, translate(err)
}

// changed turns the result of an update into an error: market.ErrConflict when it met no row.
func changed(res *gorm.DB) error {
	if res.Error != nil {
		return translate(res.Error)
	}
	if res.RowsAffected == 0 {
		return market.ErrConflict
	}
	return nil
}

// found is changed for what was named by somebody: market.ErrNotFound when it met no row.
func found(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// create inserts rows as they are.
func create(ctx context.Context, db *gorm.DB, v any) error {
	return translate(db.WithContext(ctx).Create(v).Error)
}

// over makes an insert write over the row that has the same values in the columns.
func over(columns ...string) clause.OnConflict {
	c := clause.OnConflict{UpdateAll: true}
	for _, name := range columns {
		c.Columns = append(c.Columns, clause.Column{Name: name})
	}
	return c
}
