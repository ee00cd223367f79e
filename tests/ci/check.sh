# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `ci`: the files that say what continuous integration does are well-formed, what they run of others is pinned,
# what they run in a shell has nothing that shellcheck warns of, and what they publish is not what the repository has. From the
# derivation: $equal, $python, $yaml, $shellcheck, $settings, $steps, $source, $names, $out.

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

# places FOLDER: where its scripts copy to, and what is uploaded; each as the first name of its path.
places() {
	{
		sed -n -E 's/^ *cp .* //p' "$1"/*.sh
		cat "$1/uploads"
	} | sed -E 's,^(\./)*,,; s,/.*,,' | sort -u
}
equal places published "$(places scripts)"
# taken FOLDER: those of them that the repository has. What is copied there goes into it, beside what is there.
taken() {
	places "$1" | grep -Fx -f <(tr ' ' '\n' <<<"$names")
}
equal no_place_is_the_repositorys '' "$(taken scripts)"

# broken NAME FILE EXPRESSION: with this change by sed, a place is the repository's folder `artifacts`, and that is seen.
broken() {
	rm -rf broken
	mkdir -p broken/.github broken/scripts
	cp -r "$source/.github/workflows" broken/.github
	cp "$source/.gitlab-ci.yml" broken
	chmod -R u+w broken
	sed -i "$3" "broken/$2"
	python "$steps" broken broken/scripts >/dev/null
	equal "$1" artifacts "$(taken broken/scripts)"
}
github=.github/workflows/ci.yml
broken copied_by_github "$github" 's,result published$,result/ artifacts/,'
broken uploaded_by_github "$github" 's,path: published/,path: ./artifacts/,'
broken copied_by_gitlab .gitlab-ci.yml 's,result published$,result/ artifacts/,'
broken uploaded_by_gitlab .gitlab-ci.yml 's,\[published/],[artifacts/],'

exit "$failed"
