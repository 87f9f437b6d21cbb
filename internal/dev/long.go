package main

import (
	"context"
	"regexp"
	"strings"
)

// longTest is a Go test that a variable makes long.
type longTest struct{ file, criterion, env, pkg, run, said string }

// longTests name the tests, and what each logs of its seed and its count.
func longTests() []longTest {
	return []longTest{
		{spine, "10,000 random worlds in memory agree with the brute force", "HABILIS_WORLDS=10000", "./internal/access", "^TestCheckAgreesWithBruteForceInMemory$", `worlds in memory: (\d+)`},
		{spine, "500 random worlds through SQLite agree with the brute force", "HABILIS_FILE_WORLDS=500", "./internal/access", "^TestLoadAgreesWithBruteForceThroughTheFile$", `worlds through the file: (\d+)`},
		{spine, "1,500 previews of every kind of change equal the difference over all people (lines)", "HABILIS_PREVIEWS=1500", "./internal/change", "^TestPreviewTellsWhatRunDoes$", `(\d+) lines`},
		{spine, "2,000 random changes end as the brute force judges them", "HABILIS_JUDGEMENTS=2000", "./internal/change", "^TestRunJudgesAsTheBruteForce$", `(\d+) judged`},
		{spine, "200 kills in the midst of writes lose nothing acknowledged", "HABILIS_KILLS=200", "./db", "^TestKillLosesNothingAcknowledged$", `(\d+) kills, seed (\d+)`},
		{spine, "200 kills while opening leave a sound file", "HABILIS_KILLS=200", "./db", "^TestKillWhileOpening$", `(\d+) kills, seed (\d+)`},
		{spine, "a commit acknowledged too early is found", "HABILIS_KILLS=200", "./db", "^TestKillFindsASabotage$", `(\d+) kills, seed (\d+)`},
		{structures, "each call to the database fails in turn: duplication is all or nothing", "", "./db", "^TestDuplicateIsAllOrNone$", `(\d+) calls failed in turn`},
		{structures, "each call to the database fails in turn: transfer is all or nothing", "", "./db", "^TestTransferIsAllOrNone$", `(\d+) calls failed in turn`},
		{structures, "no list of structures scans a table", "", "./internal/structure", "^TestPagesScanNoTable$", `(\d+) plans`},
		{audit, "300 histories of requests, grants and states: every state has a way out", "HABILIS_HISTORIES=300", "./internal/bridge", "^TestEveryStateHasAWayOut$", `(\d+) histories`},
		{audit, "2,000 changes: every row names the line that wrote it", "HABILIS_PROVENANCE=2000", "./internal/bridge", "^TestEveryRowNamesItsLine$", `(\d+) changes, seed (\d+)`},
		{audit, "2,000 sequences of legal calls take nothing over", "HABILIS_SEQUENCES=2000", "./internal/serve/attack", "^TestNoSequenceTakesOver$", `(\d+) sequences`},
	}
}

func longSteps(ctx context.Context) ([]step, error) {
	at, err := commit(ctx)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, l := range longTests() {
		steps = append(steps, recorded(l.file, l.criterion, at, l.do))
	}
	all, err := targets()
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		file := spine
		if f.name == "FuzzParseKinds" {
			file = structures
		}
		steps = append(steps, recorded(file, "fuzz "+f.dir+" "+f.name, at, f.long))
	}
	more, err := removalSteps(at)
	return append(append(steps, more...), speedSteps(at)...), err
}

// long runs the long figures alone, those whose name holds one of the words: a part of test --long where the time is short.
func long(ctx context.Context, words []string) error {
	all, err := longSteps(ctx)
	if err != nil {
		return err
	}
	var chosen []step
	for _, s := range all {
		if len(words) == 0 || containsAny(s.name, words) {
			chosen = append(chosen, s)
		}
	}
	return climb(ctx, stage{chosen})
}

func (l longTest) do(ctx context.Context) (figure, error) {
	f := figure{criterion: l.criterion}
	test := pure("test", "-v", "-count=1", "-timeout=4h", "-run", l.run, l.pkg)
	if l.env != "" {
		test = test.with(l.env)
	}
	out, err := test.output(ctx)
	if m := regexp.MustCompile(l.said).FindStringSubmatch(out); m != nil {
		f.count = m[1]
		f.seed = "0 to n−1"
		if len(m) > 2 {
			f.seed = m[2]
		}
	}
	if err == nil && !strings.Contains(out, "--- PASS: "+strings.Trim(l.run, "^$")) {
		return f, absentTest(l)
	}
	return f, err
}

type absentTest longTest

func (a absentTest) Error() string { return "no test ran for " + a.run + " in " + a.pkg }

func (f target) long(ctx context.Context) (figure, error) {
	out, err := f.run(ctx, "60s")
	done := figure{criterion: f.name}
	if all := regexp.MustCompile(`execs: (\d+)`).FindAllStringSubmatch(out, -1); len(all) > 0 {
		done.count = all[len(all)-1][1]
	}
	return done, err
}
