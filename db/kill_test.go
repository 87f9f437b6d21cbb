package db_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/journal"
)

const (
	// childSabotage makes the writing child acknowledge before it commits.
	childSabotage = "HABILIS_TEST_SABOTAGE"
	// killsWanted says how many kills the tests do.
	killsWanted = "HABILIS_KILLS"
)

// writeUntilKilled writes journal lines for ever in the child, printing the number of each once it is committed.
func writeUntilKilled(ctx context.Context, folder string, sabotage bool) {
	say := func(words ...any) {
		if _, err := fmt.Fprintln(os.Stdout, words...); err != nil {
			os.Exit(3)
		}
	}
	say("opening")
	d, err := db.Open(ctx, folder, "kill", time.Now)
	if err != nil {
		say("failed", err)
		os.Exit(2)
	}
	say("opened")
	for i := 0; ; i++ {
		var seq int64
		err := d.Write(ctx, func(tx *db.Tx) error {
			line, err := journal.Reserve(ctx, tx)
			if err != nil {
				return err
			}
			seq = line.Seq()
			if err := line.Fill(nil, entry(i)); err != nil {
				return err
			}
			if sabotage && i >= 3 {
				say("ack", seq)
				time.Sleep(time.Minute) // the parent kills meanwhile
			}
			return nil
		})
		if err != nil {
			say("failed", err)
			os.Exit(2)
		}
		say("ack", seq)
	}
}

func entry(i int) journal.Entry {
	return journal.Entry{Action: "test.done", Kind: "test", Object: int64(i), Details: map[string]string{"round": strconv.Itoa(i)},
		Values: map[string]string{"name": strings.Repeat("Ada ", i%400), "comment": fmt.Sprint("round ", i)}}
}

// run is what a killed child said.
type run struct {
	acked  []int64
	failed string
	opened bool
}

// killed starts a writing child and kills it a while after the line that begins with since.
func killed(t *testing.T, folder, since string, wait time.Duration, env ...string) run {
	t.Helper()
	c := child(t, "write", folder, env...)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	var r run
	armed := false
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		if word == since && !armed {
			armed = true
			timer := time.AfterFunc(wait, func() { _ = c.Process.Kill() }) // SIGKILL
			defer timer.Stop()
		}
		switch word {
		case "ack":
			seq, err := strconv.ParseInt(rest, 10, 64)
			require.NoError(t, err, "a line cut short is no acknowledgement: %q", lines.Text())
			r.acked = append(r.acked, seq)
		case "opened":
			r.opened = true
		case "failed":
			r.failed = rest
		}
	}
	err = c.Wait()
	require.True(t, armed, "the child never said %q: %v", since, err)
	require.Empty(t, r.failed)
	return r
}

// checkSurvives opens the file after a kill and gives an error if an acknowledged line is lost or the chain is broken.
func checkSurvives(ctx context.Context, folder string, acked []int64) (lines int64, err error) {
	d, err := db.Open(ctx, folder, "check", time.Now)
	if err != nil {
		return 0, fmt.Errorf("opening after the kill: %w", err)
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		there := map[int64]bool{}
		for after := int64(0); ; {
			page, err := tx.JournalAfter(ctx, sqlc.JournalAfterParams{Seq: after, Size: 1000})
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				there[l.Seq] = true
			}
			after = page[len(page)-1].Seq
		}
		for _, seq := range acked {
			if !there[seq] {
				return fmt.Errorf("line %d was acknowledged and is lost", seq)
			}
		}
		v, err := journal.Verify(ctx, tx)
		if err == nil && v.Bad != 0 {
			err = fmt.Errorf("line %d does not verify: %s", v.Bad, v.Why)
		}
		if err == nil && v.Lines != int64(len(there)) {
			err = fmt.Errorf("%d lines verified of %d", v.Lines, len(there))
		}
		lines = v.Lines
		return err
	})
	if errClose := d.Close(); err == nil {
		err = errClose
	}
	return lines, err
}

// kills returns how many, and a source of moments that the log lets repeat.
func kills(t *testing.T) (int, *rand.Rand) {
	t.Helper()
	n := 20
	if s := os.Getenv(killsWanted); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // positive
	t.Logf("%d kills, seed %d", n, seed)
	return n, rand.New(rand.NewPCG(seed, 9)) //nolint:gosec // moments, not secrets
}

// sound runs SQLite's own check: on the whole file, from outside.
func sound(t *testing.T, folder string) {
	t.Helper()
	var verdict string
	r := raw(t, fileIn(folder))
	require.NoError(t, r.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	require.NoError(t, r.Close())
	assert.Equal(t, "ok", verdict)
}

// One file lives through all kills: what any of them acknowledged must be there after the last.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	dbtest.Single(t)
	n, random := kills(t)
	folder := t.TempDir()
	var acked []int64
	for i := range n {
		r := killed(t, folder, "ack", time.Duration(random.IntN(40_000))*time.Microsecond)
		require.NotEmpty(t, r.acked)
		acked = append(acked, r.acked...)

		_, err := checkSurvives(t.Context(), folder, acked)

		require.NoError(t, err, "kill %d", i)
	}
	lines, err := checkSurvives(t.Context(), folder, acked)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, lines, int64(len(acked)))
	sound(t, folder)
	t.Logf("%d lines acknowledged, %d there", len(acked), lines)
}

// A kill while the file is being opened for the first time, or opened again, leaves a file that opens.
func TestKillWhileOpening(t *testing.T) {
	dbtest.Single(t)
	n, random := kills(t)
	cut := 0
	for i := range n {
		folder := filepath.Join(t.TempDir(), "data")
		r := killed(t, folder, "opening", time.Duration(random.IntN(60_000))*time.Microsecond)
		if !r.opened {
			cut++
		}

		_, err := checkSurvives(t.Context(), folder, r.acked)

		require.NoError(t, err, "kill %d: %v", i, tree(t, folder))
	}
	t.Logf("%d of %d fell within the first opening", cut, n)
}

// The check itself is checked: a child that acknowledges before the commit is found out at the first kill.
func TestKillFindsASabotage(t *testing.T) {
	dbtest.Single(t)
	folder := t.TempDir()
	honest := killed(t, folder, "ack", 20*time.Millisecond)
	_, err := checkSurvives(t.Context(), folder, honest.acked)
	require.NoError(t, err)

	r := killed(t, folder, "ack", 500*time.Millisecond, childSabotage+"=1")

	require.Len(t, r.acked, 4, "three honest lines, one that is not committed")
	_, err = checkSurvives(t.Context(), folder, r.acked)
	assert.ErrorContains(t, err, fmt.Sprintf("line %d was acknowledged and is lost", r.acked[3]))
	_, err = checkSurvives(t.Context(), folder, r.acked[:3])
	assert.NoError(t, err, "what was committed is there")
}

// copyFile copies a file of the folder as it stands, open or not.
func copyFile(t *testing.T, from, to, suffix string) []byte {
	t.Helper()
	b, err := os.ReadFile(fileIn(from) + suffix)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(fileIn(to)+suffix, b, 0o600))
	return b
}

// A kill in the midst of a checkpoint: SQLite has copied the first page, which tells the file's new size, from the log, but
// not yet the pages that make it longer. The log still holds everything: such a file is not a truncated one.
func TestOpenAfterAnUnfinishedCheckpoint(t *testing.T) {
	const pageSize = 4096
	live, whole, cut := t.TempDir(), t.TempDir(), t.TempDir()
	d := open(t, live, time.Now)
	require.NoError(t, d.Close())
	d = open(t, live, time.Now)
	var acked []int64
	for i := range 100 {
		require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error { return journal.Record(t.Context(), tx, nil, entry(i+200)) }))
		acked = append(acked, int64(i+1))
	}
	short := copyFile(t, live, cut, "")
	copyFile(t, live, whole, "")
	require.NotEmpty(t, copyFile(t, live, cut, "-wal"))
	copyFile(t, live, whole, "-wal")
	r := raw(t, fileIn(whole))
	execute(t, r, "PRAGMA wal_checkpoint(TRUNCATE)")
	require.NoError(t, r.Close())
	long, err := os.ReadFile(fileIn(whole))
	require.NoError(t, err)
	require.Greater(t, len(long), len(short), "the log makes the file longer")

	require.NoError(t, os.WriteFile(fileIn(cut), append(long[:pageSize:pageSize], short[pageSize:]...), 0o600))
	lines, err := checkSurvives(t.Context(), cut, acked)

	require.NoError(t, err)
	assert.EqualValues(t, 100, lines)
	sound(t, cut)
}
