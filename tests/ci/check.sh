# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `ci`: the files that say what continuous integration does are well-formed, what they run of others is pinned,
# and what they run in a shell has nothing that shellcheck warns of. From the derivation: $equal, $python, $yaml, $shellcheck,
# $settings, $steps, $source, $out.

# shellcheck source=tests/equal.sh
. "$equal"

export PYTHONHOME=$python/usr PYTHONPATH=$yaml/usr/lib/python3/dist-packages
libraries=$(echo "$python"/usr/lib/*-linux-gnu)
loader=$(echo "$libraries"/ld-linux-*)
python() {
	"$loader" --library-path "$libraries" "$python/usr/bin/python3" "$@"
}

files=("$source/.gitlab-ci.yml" "$source"/.github/workflows/*.yml)
equal yaml '' "$(python -m yamllint --strict --format parsable --config-file "$settings" "${files[@]}" 2>&1)"

mkdir scripts
python "$steps" "$source" scripts >actions
equal has_actions yes "$([ ! -s actions ] || echo yes)"
equal actions_are_pinned '' "$(grep -vE '^[a-z-]+(/[a-z-]+)+@[0-9a-f]{40}$' actions)"
equal and_the_versions_said "$(wc -l <actions)" "$(cat "$source"/.github/workflows/*.yml | grep -cE ' uses: [^ ]+ # v[0-9]+\.[0-9]+\.[0-9]+$')"

equal has_scripts yes "$([ -z "$(find scripts -name 'gitlab-*.sh')" ] || echo yes)"
# GitHub puts values into a line before the shell sees it.
equal scripts '' "$("$shellcheck/bin/shellcheck" scripts/*.sh 2>&1)"

exit "$failed"
