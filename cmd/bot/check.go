package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"meridian/internal/config"
	"meridian/internal/eval"
	"meridian/internal/faq"
)

// numbersGoodFor is how long emergency numbers are trusted after they were checked.
const numbersGoodFor = 365 * 24 * time.Hour

// check prints every problem of the configuration, the articles and the judged
// questions beside them.
func check(_ context.Context, env environment, args []string) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	configPath := flags.String("c", "", "configuration `file`")
	args, err := parse(flags, args, env)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		return usageError{errors.New("one folder at a time")}
	}
	failed := false
	c, err := loadConfig(env, *configPath)
	if err != nil {
		failed = true
		fmt.Fprintln(env.stdout, err)
	}
	dir := c.Content.Dir
	if len(args) == 1 {
		dir = args[0]
	}
	library, problems, err := faq.Load(dir, time.Now())
	if err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(env.stdout, p)
	}
	failed = failed || faq.HasErrors(problems)
	for _, err := range []error{checkJudged(filepath.Join(dir, "eval"), library), checkSafety(env, c.Safety)} {
		if err != nil {
			failed = true
			fmt.Fprintln(env.stdout, err)
		}
	}
	if failed {
		return errFailed
	}
	passages := 0
	for _, a := range library.Articles {
		passages += len(a.Passages)
	}
	fmt.Fprintf(env.stdout, "%s: %d articles, %d passages, no errors\n", dir, len(library.Articles), passages)
	return nil
}

// checkJudged looks for judged questions that expect a passage which is not there.
func checkJudged(dir string, library *faq.Library) error {
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil
	}
	questions, err := eval.ReadJudged(dir)
	problems := []error{err}
	for _, q := range questions {
		for _, id := range q.Passages {
			if _, ok := library.Passage(id, "en"); !ok {
				problems = append(problems, fmt.Errorf("%s:%d: there is no passage %q: mend the ID, or write the passage", q.File, q.Line, id))
			}
		}
	}
	return errors.Join(problems...)
}

// checkSafety reads the safety stop's rules, and warns when its emergency
// numbers were not looked at for a year.
func checkSafety(env environment, c config.Safety) error {
	stop, err := safetyStop(c)
	if err != nil {
		return err
	}
	if checked := stop.NumbersCheckedOn(); time.Since(checked) > numbersGoodFor {
		fmt.Fprintf(env.stdout, "warning: the emergency and crisis numbers were last checked on %s: check them again, then set their date\n",
			checked.Format(time.DateOnly))
	}
	return nil
}
