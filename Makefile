# What developers run; .ci/run runs "make check eval".

.PHONY: check test race eval fuzz bench run build

check: ## formatter, vet, linter, tests, race detector, shipped content
	@unformatted="$$(gofmt -l cmd internal)"; if [ -n "$$unformatted" ]; then echo "run gofmt -w on:" $$unformatted; exit 1; fi
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...
	go test ./...
	go test -race ./...
	CGO_ENABLED=0 go build -o /dev/null ./cmd/bot
	go run ./cmd/bot check

eval: ## judged questions through the real pipeline
	go run ./cmd/bot eval

fuzz: ## each fuzz test for 30 seconds
	@for package in $$(go list ./...); do \
		for test in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$test\$$" -fuzztime 30s $$package || exit 1; \
		done; \
	done

bench: ## retrieval and whole answers
	go test -run '^$$' -bench . -benchmem ./internal/retrieve ./internal/answer ./internal/safety

run: ## talk to the bot in this terminal
	go run ./cmd/bot chat

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -o bin/bot ./cmd/bot
