package app

import (
	"context"
	"time"
)

// fewActs is up to how many acts versions of rows are kept before the server serves: later it does so meanwhile.
const fewActs = 10_000

// fill prepares what reports need: versions of the rows that an earlier release left without, where that takes no time.
func (a *App) fill(ctx context.Context) error {
	if err := a.Domains.Reports.Begin(ctx); err != nil {
		return err
	}
	end, err := a.Domains.History.Behind(ctx)
	if err != nil || end > fewActs {
		return err
	}
	a.filled = true
	return a.Domains.History.Fill(ctx, a.Domains.History.Behind)
}

// report keeps versions of the rows that an earlier release left without, and then makes the reports that are asked for.
func (a *App) report(ctx context.Context) {
	for !a.filled {
		err := a.Domains.History.Fill(ctx, a.Domains.History.Behind)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		a.config.Log.WarnContext(ctx, "history_not_filled", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
	a.Domains.Reports.Run(ctx)
}
