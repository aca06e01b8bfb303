package api

import (
	"time"

	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/web/httpx"
)

// Limits are bounds of one sort.
type Limits struct {
	Key  string // of the catalogue, under limit
	Each []Limit
}

// Limit is one bound: a key of the catalogue, under limit, and the figures that its sentence wants.
type Limit struct {
	Key     string
	Figures []any // pairs of names and whole numbers
}

// LimitsOf are the bounds of the API as this house keeps them. Each figure is the one that the code goes by.
func LimitsOf(c config.Config) []Limits {
	return []Limits{
		{"keys", []Limit{
			{"live_minute", []any{"N", market.UsualMinute, "Most", market.MostPerMinute}},
			{"live_day", []any{"N", market.UsualDay, "Most", market.MostPerDay}},
			{"test_minute", []any{"N", market.TestPerMinute}},
			{"test_day", []any{"N", market.TestPerDay}},
			{"rows", []any{"N", rowsARequest, "Least", leastRowsADay}},
			{"misses", []any{"N", missesAnHour}},
			{"at_once", []any{"N", market.LiveKeys}},
			{"origins", []any{"N", market.MaxOrigins}},
			{"networks", []any{"N", market.MaxGrants}},
			{"partners", []any{"N", market.MaxPartners}},
		}},
		{"tokens", []Limit{
			{"token_hour", []any{"N", c.APIPerHour}},
			{"posts_hour", []any{"N", c.PostsPerHour}},
			{"photos_hour", []any{"N", market.PhotosPerHour}},
		}},
		{"nobody", []Limit{{"public_hour", []any{"N", c.APIPublicPerHour}}}},
		{"sizes", []Limit{
			{"body", []any{"N", httpx.MaxBody >> 10}},
			{"photo", []any{"N", photo.MaxBytes >> 20, "Megapixels", photo.MaxPixels / 1_000_000}},
			{"photos", []any{"N", market.MaxPhotos}},
			{"parameters", []any{"N", httpx.MaxFields}},
			{"nesting", []any{"N", deepest}},
		}},
		{"times", []Limit{
			{"within", []any{"N", int(httpx.MaxWithin / time.Second)}},
			{"changes_kept", []any{"N", days(market.ChangesKept)}},
			{"once_kept", []any{"N", days(market.OnceKept)}},
			{"notice", []any{"N", days(LeastNotice)}},
		}},
	}
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }
