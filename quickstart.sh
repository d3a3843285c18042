#!/usr/bin/env bash
# Builds memplast and does its main job on the shipped data: two devices are fitted, Iris is learnt
# with each rule and either encoding, and the conductances are exported. Everything lands in out/.
source "$(dirname "$0")/cmake/setup.sh"
install_missing $(program_packages)
build release memplast_cli -DMEMPLAST_TESTS=OFF
mkdir -p out
memplast=build/release/cli/memplast

for device in nc ppx; do
  $memplast fit datasets/${device}_window.csv --model $device -o out/$device.json
done

table=()
add_row() { table+=("$(printf '%-5s %-9s %-13s %-13s %s' "$@")"); }
add_row rule encoder "accuracy, %" "input spikes" files
for rule in out/nc.json out/ppx.json stdp; do
  for encoder in temporal poisson; do
    name=$(basename $rule .json)
    run=out/iris_${name}_$encoder
    read -r mean sd spikes < <(
      $memplast run iris --rule $rule --encoder $encoder --threads "$(nproc)" -o "$run.h5" --json --quiet |
        jq -r '.summary | [100 * .accuracy.mean, 100 * .accuracy.sd, .input_spikes_per_sample] | @tsv')
    for format in csv npy json h5; do
      $memplast export "$run.h5" --format $format -o "${run}_map.$format" > /dev/null
    done
    add_row "$name" $encoder "$(printf '%.1f +- %.1f' "$mean" "$sd")" "$(printf '%.1f' "$spikes")" \
      "$run.h5, ${run}_map.{csv,npy,json,h5}"
  done
done

echo
printf '%s\n' "${table[@]}"
echo "Accuracy: mean +- sd over folds. Input spikes: per sample. Maps: conductances in siemens."
