# Each target is a script in Scripts/, which also takes arguments: `Scripts/test --filter StoreTests`.

.PHONY: run build test bench format lint clean

# Builds the server, starts it on its own PostgreSQL, loads Fixtures/ and shows where to look; Ctrl-C stops all.
run:
	@Scripts/run

# Builds the server as `run` does.
build:
	@Scripts/build

# Builds and runs every test.
test:
	@Scripts/test

# Measures, and writes one table.
bench:
	@Scripts/bench

# Formats the sources in place.
format:
	@Scripts/format

# What CI checks of the form of things.
lint:
	@Scripts/lint

# Removes what was built; never data.
clean:
	@Scripts/clean
