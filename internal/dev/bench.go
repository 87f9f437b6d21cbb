package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// bench runs every benchmark five times and prints the median of each of its figures.
func bench(ctx context.Context) error {
	if err := setup(ctx, false); err != nil {
		return err
	}
	found, dirs := regexp.MustCompile(`(?m)^func Benchmark\w+\(`), map[string]bool{}
	err := testFiles(func(path string, text []byte) {
		if found.Match(text) {
			dirs["./"+filepath.ToSlash(filepath.Dir(path))] = true
		}
	})
	if err != nil {
		return err
	}
	if len(dirs) == 0 {
		return errors.New("there is no benchmark")
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		out, err := pure("test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", "0.5s", "-count", "5", "-timeout", "2h", "-p", "1", dir).output(ctx)
		if err != nil {
			return err
		}
		fmt.Println(dir)
		for _, line := range medians(out) {
			fmt.Println(" ", line)
		}
	}
	return nil
}

// measured reads the lines of go test -bench: the name, the number of rounds, then a figure and its unit, several times. Figures are kept by the name and
// the unit, with a space between.
func measured(out string) (order []string, units map[string][]string, figures map[string][]float64) {
	units, figures = map[string][]string{}, map[string][]float64{}
	for line := range strings.Lines(out) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		if units[f[0]] == nil {
			order = append(order, f[0])
		}
		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				continue
			}
			key := f[0] + " " + f[i+1]
			if figures[key] == nil {
				units[f[0]] = append(units[f[0]], f[i+1])
			}
			figures[key] = append(figures[key], v)
		}
	}
	return order, units, figures
}

// medians writes the median of each figure, a line for each benchmark.
func medians(out string) []string {
	order, units, figures := measured(out)
	var lines []string
	for _, name := range order {
		line := fmt.Sprintf("%-56s", name)
		for _, unit := range units[name] {
			line += fmt.Sprintf("  %14s %s", strconv.FormatFloat(median(figures[name+" "+unit]), 'f', -1, 64), unit)
		}
		lines = append(lines, line)
	}
	return lines
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
