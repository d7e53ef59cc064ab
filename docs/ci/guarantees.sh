#!/bin/sh
# For any CI that runs a shell: makes the whole campaign on one machine and exits as faultline does.
set -u
npm ci || exit 254

npx faultline campaign ci/guarantees.yaml --ci --store store --junit junit.xml --summary summary.md
code=$?

case $code in
  0) echo 'every promise was kept' ;;
  1) echo 'a promise was broken: summary.md says which' ;;
  2) echo 'power was lost, or nobody could tell: a green run would mean nothing' ;;
  130) echo 'interrupted' ;;
  254) echo 'something to mend first: the line above says what' ;;
  *) echo 'the harness failed' ;;
esac
exit $code
