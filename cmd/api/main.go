// Command api serves the site. It needs only Postgres to accept a listing; without Redis it counts limits itself.
package main

import (
	"context"

	"wherewithal/cmd/internal/house"
	"wherewithal/config"
	"wherewithal/telemetry"
)

func main() { house.Exit(run(context.Background(), house.Start("api"))) }

func run(ctx context.Context, c config.Config) error {
	h, err := house.Open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Store.Close()
	admin, err := h.AdminParts()
	if err != nil {
		return err
	}
	site, err := h.SiteParts(ctx)
	if err != nil {
		return err
	}
	parts := append(admin, telemetry.Part{Name: "schema", Run: h.Prepare}, h.PoolPart(), h.SearchPart())
	return telemetry.Run(ctx, telemetry.Grace, append(parts, site...)...)
}
