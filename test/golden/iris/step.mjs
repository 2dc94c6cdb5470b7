// Training step of iris, emitted by adjoint 0.1.0 for target js, strict numerics.
// Inputs [N] [N, 4]; parameters [3, 4] [3]. Names are in the manifest.
// create({ capacity, parameters, seed }) makes a step; step(batch) trains, evaluate and predict only read.
// createAsync does the same for threads that may not compile so much at once, as a page in a browser.
// Every float32 operation rounds by Math.fround; the order of operations is fixed.

const manifest = {
  format: 1,
  name: 'iris',
  compiler: '0.1.0',
  target: 'js',
  numerics: 'strict',
  fingerprint: '3a3d4c9b028f9025',
  symbols: ['N'],
  inputs: [
    {
      name: 'species',
      shape: ['N'],
      dtype: 'int32',
      range: [0, 3],
      except: [-100],
      entries: ['step', 'evaluate'],
    },
    { name: 'x', shape: ['N', 4], dtype: 'float32', entries: ['step', 'evaluate', 'predict'] },
  ],
  hyper: [
    { name: 'beta1', value: 0.9 },
    { name: 'lr', value: 0.05 },
    { name: 'beta2', value: 0.999 },
    { name: 'eps', value: 1e-8 },
  ],
  parameters: [
    { name: 'weight', shape: [3, 4], dtype: 'float32' },
    { name: 'bias', shape: [3], dtype: 'float32' },
  ],
  state: [
    { name: 'weight.exp_avg', shape: [3, 4], dtype: 'float32' },
    { name: 'weight.exp_avg_sq', shape: [3, 4], dtype: 'float32' },
    { name: 'bias.exp_avg', shape: [3], dtype: 'float32' },
    { name: 'bias.exp_avg_sq', shape: [3], dtype: 'float32' },
    { name: 'step', shape: [], dtype: 'int32' },
  ],
  metrics: [{ name: 'loss', kind: 'mean' }],
  outputs: [{ name: 'logits', shape: ['N', 3], dtype: 'float32' }],
};

const layout = {
  regions: [
    { symbols: [], bytes: 304 },
    { symbols: ['N'], bytes: 68 },
  ],
  inputs: [
    { region: 1, offset: 0, dtype: 'int32', coefficient: 1, symbols: ['N'] },
    { region: 1, offset: 4, dtype: 'float32', coefficient: 4, symbols: ['N'] },
  ],
  hyper: { region: 0, offset: 0, dtype: 'float64', coefficient: 4, symbols: [] },
  parameters: [
    { region: 0, offset: 48, dtype: 'float32', coefficient: 12, symbols: [] },
    { region: 0, offset: 96, dtype: 'float32', coefficient: 3, symbols: [] },
  ],
  state: [
    { region: 0, offset: 112, dtype: 'float32', coefficient: 12, symbols: [] },
    { region: 0, offset: 160, dtype: 'float32', coefficient: 12, symbols: [] },
    { region: 0, offset: 208, dtype: 'float32', coefficient: 3, symbols: [] },
    { region: 0, offset: 224, dtype: 'float32', coefficient: 3, symbols: [] },
    { region: 0, offset: 240, dtype: 'int32', coefficient: 1, symbols: [] },
  ],
  seed: { region: 0, offset: 256, dtype: 'int32', coefficient: 1, symbols: [] },
  metrics: { region: 0, offset: 32, dtype: 'float64', coefficient: 2, symbols: [] },
  outputs: [{ region: 1, offset: 20, dtype: 'float32', coefficient: 3, symbols: ['N'] }],
  constants: [],
};

// The kernels over one arena. bases and units place its regions.
function start({ buffer }, bases, units) {
  const seed = new Int32Array(buffer, bases[0] + 256);
  const weight = new Float32Array(buffer, bases[0] + 48);
  const bias = new Float32Array(buffer, bases[0] + 96);
  const weight_exp_avg = new Float32Array(buffer, bases[0] + 112);
  const weight_exp_avg_sq = new Float32Array(buffer, bases[0] + 160);
  const bias_exp_avg = new Float32Array(buffer, bases[0] + 208);
  const bias_exp_avg_sq = new Float32Array(buffer, bases[0] + 224);
  const step_2 = new Int32Array(buffer, bases[0] + 240);
  const x = new Float32Array(buffer, bases[1] + 4 * units[1]);
  const matmul = new Float32Array(buffer, bases[1] + 32 * units[1]);
  const max = new Float32Array(buffer, bases[1] + 56 * units[1]);
  const exp = new Float32Array(buffer, bases[1] + 44 * units[1]);
  const species = new Int32Array(buffer, bases[1] + 0 * units[1]);
  const sum = new Float32Array(buffer, bases[1] + 60 * units[1]);
  const sum_2 = new Float32Array(buffer, bases[1] + 64 * units[1]);
  const sum_3 = new Float32Array(buffer, bases[0] + 272);
  const sum_4 = new Int32Array(buffer, bases[0] + 288);
  const loss = new Float64Array(buffer, bases[0] + 32);
  const loss_weight = new Float64Array(buffer, bases[0] + 40);
  const add = new Float32Array(buffer, bases[1] + 32 * units[1]);
  const lr = new Float64Array(buffer, bases[0] + 8);
  const beta1 = new Float64Array(buffer, bases[0] + 0);
  const beta2 = new Float64Array(buffer, bases[0] + 16);
  const cast = new Float32Array(buffer, bases[0] + 272);
  const cast_2 = new Float32Array(buffer, bases[0] + 288);
  const eps = new Float64Array(buffer, bases[0] + 24);
  const matmul_2 = new Float32Array(buffer, bases[1] + 32 * units[1]);
  const sum_5 = new Float32Array(buffer, bases[1] + 44 * units[1]);
  const sum_6 = new Float32Array(buffer, bases[0] + 272);
  const logits = new Float32Array(buffer, bases[1] + 20 * units[1]);

  // weight from seed
  function init_weight() {
    const t0 = seed[0];
    for (let i = 0; i < 3; i++) {
      const t1 = i * 4;
      for (let i_2 = 0; i_2 < 4; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const v = uniform53_f64(t0, 0, -1, t2) * 0.9999999999999999;
        weight[t2] = Math.fround(v + -0.49999999999999994);
      }
    }
  }

  // bias from seed
  function init_bias() {
    const t0 = seed[0];
    for (let i = 0; i < 3; i++) {
      bias[i] = Math.fround(uniform53_f64(t0, 1, -1, i) + -0.5);
    }
  }

  // weight_exp_avg, weight_exp_avg_sq
  function init_weight_exp_avg() {
    for (let i = 0; i < 12; i++) {
      weight_exp_avg[i] = 0;
      weight_exp_avg_sq[i] = 0;
    }
  }

  // bias_exp_avg, bias_exp_avg_sq
  function init_bias_exp_avg() {
    for (let i = 0; i < 3; i++) {
      bias_exp_avg[i] = 0;
      bias_exp_avg_sq[i] = 0;
    }
  }

  // step_2
  function init_step() {
    step_2[0] = 0;
  }

  // matmul from x, weight
  function compute_matmul(size_N) {
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = weight[weight_at + k];
          total = Math.fround(total + Math.fround(x[x_at + k] * v));
          total_2 = Math.fround(total_2 + Math.fround(x[x_at + k + 4] * v));
          total_3 = Math.fround(total_3 + Math.fround(x[x_at + k + 8] * v));
          total_4 = Math.fround(total_4 + Math.fround(x[x_at + k + 12] * v));
        }
        matmul[i * 3 + i_2] = total;
        matmul[i * 3 + i_2 + 3] = total_2;
        matmul[i * 3 + i_2 + 6] = total_3;
        matmul[i * 3 + i_2 + 9] = total_4;
      }
    }
    for (; i < size_N; i++) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = Math.fround(x[x_at + k] * weight[weight_at + k]);
          total = Math.fround(total + v);
        }
        matmul[i * 3 + i_2] = total;
      }
    }
  }

  // max, exp from matmul, bias
  function compute_exp(size_N) {
    for (let i = 0; i < size_N; i++) {
      const t0 = i * 3;
      let largest = -Infinity;
      for (let r = 0; r < 3; r++) {
        largest = Math.max(largest, Math.fround(matmul[t0 + r] + bias[r]));
      }
      max[i] = largest;
      for (let i_2 = 0; i_2 < 3; i_2++) {
        const t1 = (t0 + i_2) | 0;
        const v = Math.fround(Math.fround(matmul[t1] + bias[i_2]) - largest);
        exp[t1] = Math.fround(exp_f64(v));
      }
    }
  }

  // sum, sum_2 from exp, species, max, matmul, bias
  function compute_sum(size_N) {
    for (let i = 0; i < size_N; i++) {
      const t0 = i * 3;
      lanes.fill(0);
      for (let r = 0; r < 3; r++) {
        const lane = r & 15;
        lanes[lane] = Math.fround(lanes[lane] + exp[t0 + r]);
      }
      const total = joinSum32();
      const t1 = species[i];
      const t2 = max[i];
      const t3 = Math.fround(log_f64(total));
      lanes.fill(0);
      for (let r = 0; r < 3; r++) {
        const v = Math.fround(Math.fround(matmul[t0 + r] + bias[r]) - t2);
        const v_2 = r === t1 ? Math.fround(v - t3) : 0;
        const lane_2 = r & 15;
        lanes[lane_2] = Math.fround(lanes[lane_2] + v_2);
      }
      const total_2 = joinSum32();
      sum[i] = total;
      sum_2[i] = total_2;
    }
  }

  // sum_3 from species, sum_2
  function compute_sum_3(size_N) {
    lanes.fill(0);
    for (let r = 0; r < size_N; r++) {
      const v = species[r] !== -100 ? -sum_2[r] : 0;
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + v);
    }
    const total = joinSum32();
    sum_3[0] = total;
  }

  // sum_4, loss, loss_weight from species, sum_3
  function compute_loss(size_N) {
    let total = 0;
    for (let r = 0; r < size_N; r++) {
      const v = species[r] !== -100 ? 1 : 0;
      total = (total + v) | 0;
    }
    const t0 = Math.fround(total);
    sum_4[0] = total;
    loss[0] = Math.fround(sum_3[0] / t0);
    loss_weight[0] = t0;
  }

  // add from sum_4, species, sum, exp
  function compute_add(size_N) {
    const t1 = Math.fround(1 / Math.fround(sum_4[0]));
    for (let i = 0; i < size_N; i++) {
      const t0 = species[i];
      const t2 = t0 !== -100 ? t1 : 0;
      const t3 = -t2;
      const t4 = i * 3;
      lanes.fill(0);
      for (let r = 0; r < 3; r++) {
        const v = r === t0 ? t2 : -0;
        const lane = r & 15;
        lanes[lane] = Math.fround(lanes[lane] + v);
      }
      const total = joinSum32();
      const t6 = Math.fround(total / sum[i]);
      for (let i_2 = 0; i_2 < 3; i_2++) {
        const t5 = (t4 + i_2) | 0;
        const v = i_2 === t0 ? t3 : 0;
        add[t5] = Math.fround(v + Math.fround(exp[t5] * t6));
      }
    }
  }

  // step_2, cast, cast_2 from step_2, lr, beta1, beta2
  function update_step(size_N) {
    const t0 = step_2[0];
    const t1 = (t0 + 1) | 0;
    const t2 = t1;
    step_2[0] = t1;
    cast[0] = Math.fround(lr[0] / (1 - pow_f64(beta1[0], t2)));
    cast_2[0] = Math.fround(Math.sqrt(1 - pow_f64(beta2[0], t2)));
  }

  // weight
  function update_weight(size_N) {
    const t4 = Math.fround(1 - beta1[0]);
    const t6 = cast[0];
    const t8 = beta2[0];
    const t9 = Math.fround(t8);
    const t10 = Math.fround(1 - t8);
    const t12 = cast_2[0];
    const t13 = Math.fround(eps[0]);
    for (let i = 0; i < 3; i++) {
      const t0 = i * 4;
      const t2 = weight[t0];
      const t2_2 = weight[t0 + 1];
      const t2_3 = weight[t0 + 2];
      const t2_4 = weight[t0 + 3];
      const t3 = weight_exp_avg[t0];
      const t3_2 = weight_exp_avg[t0 + 1];
      const t3_3 = weight_exp_avg[t0 + 2];
      const t3_4 = weight_exp_avg[t0 + 3];
      let total = 0;
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      for (let k = 0; k < size_N; k++) {
        const v = add[i + k * 3];
        total = Math.fround(total + Math.fround(v * x[k * 4]));
        total_2 = Math.fround(total_2 + Math.fround(v * x[k * 4 + 1]));
        total_3 = Math.fround(total_3 + Math.fround(v * x[k * 4 + 2]));
        total_4 = Math.fround(total_4 + Math.fround(v * x[k * 4 + 3]));
      }
      const t5 = Math.fround(t3 + Math.fround(Math.fround(total - t3) * t4));
      const t7 = weight_exp_avg_sq[t0];
      const v = Math.fround(Math.fround(total * total) * t10);
      const t11 = Math.fround(Math.fround(t7 * t9) + v);
      const v_2 = Math.fround(Math.fround(Math.sqrt(t11)) / t12);
      const v_3 = Math.fround(Math.fround(t5 * t6) / Math.fround(v_2 + t13));
      weight[t0] = Math.fround(t2 - v_3);
      weight_exp_avg[t0] = Math.abs(t5) < 1.1754943508222875e-38 ? 0 : t5;
      weight_exp_avg_sq[t0] = Math.abs(t11) < 1.1754943508222875e-38 ? 0 : t11;
      const v_4 = Math.fround(Math.fround(total_2 - t3_2) * t4);
      const t5_2 = Math.fround(t3_2 + v_4);
      const t7_2 = weight_exp_avg_sq[t0 + 1];
      const v_5 = Math.fround(Math.fround(total_2 * total_2) * t10);
      const t11_2 = Math.fround(Math.fround(t7_2 * t9) + v_5);
      const v_6 = Math.fround(Math.fround(Math.sqrt(t11_2)) / t12);
      const v_7 = Math.fround(Math.fround(t5_2 * t6) / Math.fround(v_6 + t13));
      weight[t0 + 1] = Math.fround(t2_2 - v_7);
      weight_exp_avg[t0 + 1] = Math.abs(t5_2) < 1.1754943508222875e-38 ? 0 : t5_2;
      weight_exp_avg_sq[t0 + 1] = Math.abs(t11_2) < 1.1754943508222875e-38 ? 0 : t11_2;
      const v_8 = Math.fround(Math.fround(total_3 - t3_3) * t4);
      const t5_3 = Math.fround(t3_3 + v_8);
      const t7_3 = weight_exp_avg_sq[t0 + 2];
      const v_9 = Math.fround(Math.fround(total_3 * total_3) * t10);
      const t11_3 = Math.fround(Math.fround(t7_3 * t9) + v_9);
      const v_10 = Math.fround(Math.fround(Math.sqrt(t11_3)) / t12);
      const v_11 = Math.fround(Math.fround(t5_3 * t6) / Math.fround(v_10 + t13));
      weight[t0 + 2] = Math.fround(t2_3 - v_11);
      weight_exp_avg[t0 + 2] = Math.abs(t5_3) < 1.1754943508222875e-38 ? 0 : t5_3;
      weight_exp_avg_sq[t0 + 2] = Math.abs(t11_3) < 1.1754943508222875e-38 ? 0 : t11_3;
      const v_12 = Math.fround(Math.fround(total_4 - t3_4) * t4);
      const t5_4 = Math.fround(t3_4 + v_12);
      const t7_4 = weight_exp_avg_sq[t0 + 3];
      const v_13 = Math.fround(Math.fround(total_4 * total_4) * t10);
      const t11_4 = Math.fround(Math.fround(t7_4 * t9) + v_13);
      const v_14 = Math.fround(Math.fround(Math.sqrt(t11_4)) / t12);
      const v_15 = Math.fround(Math.fround(t5_4 * t6) / Math.fround(v_14 + t13));
      weight[t0 + 3] = Math.fround(t2_4 - v_15);
      weight_exp_avg[t0 + 3] = Math.abs(t5_4) < 1.1754943508222875e-38 ? 0 : t5_4;
      weight_exp_avg_sq[t0 + 3] = Math.abs(t11_4) < 1.1754943508222875e-38 ? 0 : t11_4;
    }
  }

  // bias
  function update_bias(size_N) {
    const t2 = Math.fround(1 - beta1[0]);
    const t4 = cast[0];
    const t6 = beta2[0];
    const t7 = Math.fround(t6);
    const t8 = Math.fround(1 - t6);
    const t10 = cast_2[0];
    const t11 = Math.fround(eps[0]);
    const t0 = bias[0];
    const t0_2 = bias[1];
    const t0_3 = bias[2];
    const t1 = bias_exp_avg[0];
    const t1_2 = bias_exp_avg[1];
    const t1_3 = bias_exp_avg[2];
    let total = 0;
    let total_2 = 0;
    let total_3 = 0;
    for (let r = 0; r < size_N; r++) {
      total = Math.fround(total + add[r * 3]);
      total_2 = Math.fround(total_2 + add[r * 3 + 1]);
      total_3 = Math.fround(total_3 + add[r * 3 + 2]);
    }
    const t3 = Math.fround(t1 + Math.fround(Math.fround(total - t1) * t2));
    const t5 = bias_exp_avg_sq[0];
    const t9 = Math.fround(Math.fround(t5 * t7) + Math.fround(Math.fround(total * total) * t8));
    const v = Math.fround(Math.fround(Math.sqrt(t9)) / t10);
    const v_2 = Math.fround(Math.fround(t3 * t4) / Math.fround(v + t11));
    bias[0] = Math.fround(t0 - v_2);
    bias_exp_avg[0] = Math.abs(t3) < 1.1754943508222875e-38 ? 0 : t3;
    bias_exp_avg_sq[0] = Math.abs(t9) < 1.1754943508222875e-38 ? 0 : t9;
    const v_3 = Math.fround(Math.fround(total_2 - t1_2) * t2);
    const t3_2 = Math.fround(t1_2 + v_3);
    const t5_2 = bias_exp_avg_sq[1];
    const v_4 = Math.fround(Math.fround(total_2 * total_2) * t8);
    const t9_2 = Math.fround(Math.fround(t5_2 * t7) + v_4);
    const v_5 = Math.fround(Math.fround(Math.sqrt(t9_2)) / t10);
    const v_6 = Math.fround(Math.fround(t3_2 * t4) / Math.fround(v_5 + t11));
    bias[1] = Math.fround(t0_2 - v_6);
    bias_exp_avg[1] = Math.abs(t3_2) < 1.1754943508222875e-38 ? 0 : t3_2;
    bias_exp_avg_sq[1] = Math.abs(t9_2) < 1.1754943508222875e-38 ? 0 : t9_2;
    const v_7 = Math.fround(Math.fround(total_3 - t1_3) * t2);
    const t3_3 = Math.fround(t1_3 + v_7);
    const t5_3 = bias_exp_avg_sq[2];
    const v_8 = Math.fround(Math.fround(total_3 * total_3) * t8);
    const t9_3 = Math.fround(Math.fround(t5_3 * t7) + v_8);
    const v_9 = Math.fround(Math.fround(Math.sqrt(t9_3)) / t10);
    const v_10 = Math.fround(Math.fround(t3_3 * t4) / Math.fround(v_9 + t11));
    bias[2] = Math.fround(t0_3 - v_10);
    bias_exp_avg[2] = Math.abs(t3_3) < 1.1754943508222875e-38 ? 0 : t3_3;
    bias_exp_avg_sq[2] = Math.abs(t9_3) < 1.1754943508222875e-38 ? 0 : t9_3;
  }

  // matmul_2 from x, weight
  function compute_matmul_2(size_N) {
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = weight[weight_at + k];
          total = Math.fround(total + Math.fround(x[x_at + k] * v));
          total_2 = Math.fround(total_2 + Math.fround(x[x_at + k + 4] * v));
          total_3 = Math.fround(total_3 + Math.fround(x[x_at + k + 8] * v));
          total_4 = Math.fround(total_4 + Math.fround(x[x_at + k + 12] * v));
        }
        matmul_2[i * 3 + i_2] = total;
        matmul_2[i * 3 + i_2 + 3] = total_2;
        matmul_2[i * 3 + i_2 + 6] = total_3;
        matmul_2[i * 3 + i_2 + 9] = total_4;
      }
    }
    for (; i < size_N; i++) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = Math.fround(x[x_at + k] * weight[weight_at + k]);
          total = Math.fround(total + v);
        }
        matmul_2[i * 3 + i_2] = total;
      }
    }
  }

  // sum_5 from species, matmul_2, bias
  function compute_sum_5(size_N) {
    for (let i = 0; i < size_N; i++) {
      const t0 = species[i];
      const t1 = i * 3;
      let largest = -Infinity;
      for (let r = 0; r < 3; r++) {
        largest = Math.max(largest, Math.fround(matmul_2[t1 + r] + bias[r]));
      }
      lanes.fill(0);
      for (let r = 0; r < 3; r++) {
        const v = Math.fround(Math.fround(matmul_2[t1 + r] + bias[r]) - largest);
        const lane = r & 15;
        lanes[lane] = Math.fround(lanes[lane] + Math.fround(exp_f64(v)));
      }
      const total = joinSum32();
      const t2 = Math.fround(log_f64(total));
      lanes.fill(0);
      for (let r = 0; r < 3; r++) {
        const v = Math.fround(Math.fround(matmul_2[t1 + r] + bias[r]) - largest);
        const v_2 = r === t0 ? Math.fround(v - t2) : 0;
        const lane_2 = r & 15;
        lanes[lane_2] = Math.fround(lanes[lane_2] + v_2);
      }
      const total_2 = joinSum32();
      sum_5[i] = total_2;
    }
  }

  // sum_6 from species, sum_5
  function compute_sum_6(size_N) {
    lanes.fill(0);
    for (let r = 0; r < size_N; r++) {
      const v = species[r] !== -100 ? -sum_5[r] : 0;
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + v);
    }
    const total = joinSum32();
    sum_6[0] = total;
  }

  // loss, loss_weight from species, sum_6
  function compute_loss_2(size_N) {
    let total = 0;
    for (let r = 0; r < size_N; r++) {
      const v = species[r] !== -100 ? 1 : 0;
      total = (total + v) | 0;
    }
    const t0 = Math.fround(total);
    loss[0] = Math.fround(sum_6[0] / t0);
    loss_weight[0] = t0;
  }

  // logits from x, weight, bias
  function compute_logits(size_N) {
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = weight[weight_at + k];
          total = Math.fround(total + Math.fround(x[x_at + k] * v));
          total_2 = Math.fround(total_2 + Math.fround(x[x_at + k + 4] * v));
          total_3 = Math.fround(total_3 + Math.fround(x[x_at + k + 8] * v));
          total_4 = Math.fround(total_4 + Math.fround(x[x_at + k + 12] * v));
        }
        logits[i * 3 + i_2] = Math.fround(total + bias[i_2]);
        logits[i * 3 + i_2 + 3] = Math.fround(total_2 + bias[i_2]);
        logits[i * 3 + i_2 + 6] = Math.fround(total_3 + bias[i_2]);
        logits[i * 3 + i_2 + 9] = Math.fround(total_4 + bias[i_2]);
      }
    }
    for (; i < size_N; i++) {
      for (let i_2 = 0; i_2 < 3; i_2++) {
        let total = 0;
        const x_at = i * 4;
        const weight_at = i_2 * 4;
        for (let k = 0; k < 4; k++) {
          const v = Math.fround(x[x_at + k] * weight[weight_at + k]);
          total = Math.fround(total + v);
        }
        logits[i * 3 + i_2] = Math.fround(total + bias[i_2]);
      }
    }
  }

  function initial() {
    init_weight();
    init_bias();
    init_weight_exp_avg();
    init_bias_exp_avg();
    init_step();
  }

  function step(size_N) {
    compute_matmul(size_N);
    compute_exp(size_N);
    compute_sum(size_N);
    compute_sum_3(size_N);
    compute_loss(size_N);
    // Nothing has been written yet: a loss that is not finite leaves all state as it was.
    if (!Number.isFinite(loss[0])) return false;
    compute_add(size_N);
    update_step(size_N);
    update_weight(size_N);
    update_bias(size_N);
    return true;
  }

  function evaluate(size_N) {
    compute_matmul_2(size_N);
    compute_sum_5(size_N);
    compute_sum_6(size_N);
    compute_loss_2(size_N);
  }

  function predict(size_N) {
    compute_logits(size_N);
  }

  return { initial, step, evaluate, predict };
}

// Partial results of reductions: the terms i mod 16.
const lanes = new Float64Array(16);

// Joins float32 partial sums by a halving tree.
function joinSum32() {
  for (let half = 8; half > 0; half >>= 1) {
    for (let i = 0; i < half; i++) lanes[i] = Math.fround(lanes[i] + lanes[i + half]);
  }
  return lanes[0];
}

// One float64 seen as two int32 words, low word first.
const float64Word = new Float64Array(1);
const int32Words = new Int32Array(float64Word.buffer);

// Truncates toward zero and saturates; NaN becomes 0.
function toInt32(x) {
  return Math.min(Math.max(x, -2147483648), 2147483647) | 0;
}

// The magnitude of x with the sign of y.
function copysign(x, y) {
  return y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x);
}

function fromWords(high, low) {
  int32Words[1] = high;
  int32Words[0] = low;
  return float64Word[0];
}

// Powers of two by sign and exponent: taking them from memory is faster than making them of words.
const powers = Float64Array.from({ length: 4096 }, (_, i) => fromWords(i << 20, 0));

function lowWord(x) {
  float64Word[0] = x;
  return int32Words[0];
}

// The exponent of x, unbiased.
function exponent(x) {
  float64Word[0] = x;
  return ((int32Words[1] >>> 20) & 2047) - 1023;
}

function uniform53_f64(seed, stream, step_2, index) {
  const key = toInt32(seed);
  const key2 = toInt32(stream);
  const key3 = key ^ key2 ^ 466688986;
  const x = (toInt32(step_2) + key) | 0;
  const y = (toInt32(index) + key2) | 0;
  const x2 = (x + y) | 0;
  const y2 = ((y << 13) | ((y >>> 19) | 0)) ^ x2;
  const x3 = (x2 + y2) | 0;
  const y3 = ((y2 << 15) | ((y2 >>> 17) | 0)) ^ x3;
  const x4 = (x3 + y3) | 0;
  const y4 = ((y3 << 26) | ((y3 >>> 6) | 0)) ^ x4;
  const x5 = (x4 + y4) | 0;
  const y5 = ((y4 << 6) | ((y4 >>> 26) | 0)) ^ x5;
  const x6 = (x5 + key2) | 0;
  const y6 = (((y5 + key3) | 0) + 1) | 0;
  const x7 = (x6 + y6) | 0;
  const y7 = ((y6 << 17) | ((y6 >>> 15) | 0)) ^ x7;
  const x8 = (x7 + y7) | 0;
  const y8 = ((y7 << 29) | ((y7 >>> 3) | 0)) ^ x8;
  const x9 = (x8 + y8) | 0;
  const y9 = ((y8 << 16) | ((y8 >>> 16) | 0)) ^ x9;
  const x10 = (x9 + y9) | 0;
  const y10 = ((y9 << 24) | ((y9 >>> 8) | 0)) ^ x10;
  const x11 = (x10 + key3) | 0;
  const y11 = (((y10 + key) | 0) + 2) | 0;
  const x12 = (x11 + y11) | 0;
  const y12 = ((y11 << 13) | ((y11 >>> 19) | 0)) ^ x12;
  const x13 = (x12 + y12) | 0;
  const y13 = ((y12 << 15) | ((y12 >>> 17) | 0)) ^ x13;
  const x14 = (x13 + y13) | 0;
  const y14 = ((y13 << 26) | ((y13 >>> 6) | 0)) ^ x14;
  const x15 = (x14 + y14) | 0;
  const y15 = ((y14 << 6) | ((y14 >>> 26) | 0)) ^ x15;
  const x16 = (x15 + key) | 0;
  const y16 = (((y15 + key2) | 0) + 3) | 0;
  const x17 = (x16 + y16) | 0;
  const y17 = ((y16 << 17) | ((y16 >>> 15) | 0)) ^ x17;
  const x18 = (x17 + y17) | 0;
  const y18 = ((y17 << 29) | ((y17 >>> 3) | 0)) ^ x18;
  const x19 = (x18 + y18) | 0;
  const y19 = ((y18 << 16) | ((y18 >>> 16) | 0)) ^ x19;
  const x20 = (x19 + y19) | 0;
  const y20 = ((y19 << 24) | ((y19 >>> 8) | 0)) ^ x20;
  const x21 = (x20 + key2) | 0;
  const y21 = (((y20 + key3) | 0) + 4) | 0;
  const x22 = (x21 + y21) | 0;
  const y22 = ((y21 << 13) | ((y21 >>> 19) | 0)) ^ x22;
  const x23 = (x22 + y22) | 0;
  const y23 = ((y22 << 15) | ((y22 >>> 17) | 0)) ^ x23;
  const x24 = (x23 + y23) | 0;
  const y24 = ((y23 << 26) | ((y23 >>> 6) | 0)) ^ x24;
  const x25 = (x24 + y24) | 0;
  const y25 = ((y24 << 6) | ((y24 >>> 26) | 0)) ^ x25;
  const x26 = (x25 + key3) | 0;
  const y26 = (((y25 + key) | 0) + 5) | 0;
  const v = ((x26 >>> 5) | 0) * 67108864 + ((y26 >>> 6) | 0);
  return v * 1.1102230246251565e-16;
}

function exp_f64(x) {
  const shifted = x * 1.4426950408889634 + 6755399441055744;
  const n = shifted - 6755399441055744;
  const k = lowWord(shifted);
  const high = x - n * 0.6931471803691238;
  const beyond = n * 1.9082149292705877e-10;
  const r = high - beyond;
  const square = r * r;
  const high2 = 1 + high;
  const low = high - (high2 - 1);
  const v = 2.5115291381030774e-8 * square + 0.000002755722527164606;
  const v_2 = (v * square + 0.00019841269906227868) * square;
  const v_3 = (v_2 + 0.008333333333312968) * square + 0.16666666666666688;
  const v_4 = 2.101429486132145e-9 * square + 2.7556978784414885e-7;
  const v_5 = (v_4 * square + 0.000024801587629922473) * square;
  const v_6 = (v_5 + 0.0013888888888757107) * square + 0.041666666666666845;
  const v_7 = square * 0.5 + square * r * (v_3 + r * v_6) - beyond;
  const low2 = low + v_7;
  const half = lowWord(n * 0.5 + 6755399441055744);
  const scale = powers[(half + 1023) & 4095];
  const scale2 = powers[(((k - half) | 0) + 1023) & 4095];
  const v_8 = x < -745.1332191019412 ? 0 : (high2 + low2) * scale * scale2;
  return 709.782712893384 < x ? Infinity : v_8;
}

function log_f64(x) {
  const small = x < 8.900295434028806e-308;
  const v = small ? 18014398509481984 : 0.25;
  const scaled = x * v;
  const exponent_2 = exponent(scaled * 1.4142135623730951);
  const m = scaled * powers[((-exponent_2 | 0) + 1023) & 4095];
  const v_2 = small ? -54 : 2;
  const k = exponent_2 + v_2;
  const f = m - 1;
  const s = f / (f + 2);
  const z = s * s;
  const half = f * 0.5 * f;
  const square = z * z;
  const x2 = k * 0.6931471803691238;
  const high = x2 + f;
  const low = f - (high - x2);
  const v_3 = 0.14794963120678434 * square + 0.18183560413926605;
  const v_4 = (v_3 * square + 0.28571428741695115) * square;
  const v_5 = 0.15314150534067678 * square + 0.22222198647206118;
  const v_6 = v_4 + 0.6666666666666734 + z * (v_5 * square + 0.39999999999417585);
  const v_7 = s * (half + z * v_6) + k * 1.9082149292705877e-10;
  const v_8 = x < Infinity ? high + (low - (half - v_7)) : x;
  const v_9 = x === 0 ? -Infinity : v_8;
  return x < 0 ? NaN : v_9;
}

function pow_f64(x, y) {
  const a = Math.abs(x);
  const tame = (0 < a) & (a < Infinity) & (Math.abs(y) < 36893488147419103000);
  const small = a < 8.900295434028806e-308;
  const v = small ? 18014398509481984 : 0.25;
  const scaled = a * v;
  const exponent_2 = exponent(scaled * 1.1547005383792517);
  const m = scaled * powers[((-exponent_2 | 0) + 1023) & 4095];
  const v_2 = small ? -54 : 2;
  const k = exponent_2 + v_2;
  const upper = 1.224744871391589 < m;
  const center = upper ? 1.5 : 1;
  const high = m + center;
  const rest = high - m;
  const low = m - (high - rest) + (center - rest);
  const top = m - center;
  const q = top / high;
  const c = q * 134217729;
  const head = c - (c - q);
  const tail = q - head;
  const c2 = high * 134217729;
  const head2 = c2 - (c2 - high);
  const tail2 = high - head2;
  const product = q * high;
  const v_3 = product - head * head2 - tail * head2 - head * tail2;
  const low2 = tail * tail2 - v_3;
  const low3 = (top - product - low2 - q * low) / high;
  const high2 = q + low3;
  const low4 = low3 - (high2 - q);
  const c3 = high2 * 134217729;
  const head3 = c3 - (c3 - high2);
  const tail3 = high2 - head3;
  const square = high2 * high2;
  const low5 = tail3 * tail3 - (square - head3 * head3 - 2 * head3 * tail3);
  const low6 = low5 + high2 * 2 * low4;
  const c4 = square * 134217729;
  const head4 = c4 - (c4 - square);
  const tail4 = square - head4;
  const c5 = high2 * 134217729;
  const head5 = c5 - (c5 - high2);
  const tail5 = high2 - head5;
  const product2 = square * high2;
  const v_4 = product2 - head4 * head5 - tail4 * head5 - head4 * tail5;
  const low7 = tail4 * tail5 - v_4;
  const low8 = low7 + (square * low4 + low6 * high2);
  const c6 = product2 * 134217729;
  const head6 = c6 - (c6 - product2);
  const cubic = head6 * 0.6666666641831398;
  const v_5 = upper ? 0.40546510810816017 : 0;
  const x2 = k * 0.6931471803691238 + v_5;
  const y2 = high2 * 2;
  const high3 = x2 + y2;
  const low9 = y2 - (high3 - x2);
  const high4 = high3 + cubic;
  const low10 = cubic - (high4 - high3);
  const v_6 = (product2 - head6 + low8) * 0.6666666666666666;
  const v_7 = 0.13797969252342882 * square + 0.15377394723776758;
  const v_8 = (v_7 * square + 0.18181874777715054) * square;
  const v_9 = (v_8 + 0.2222222198872165) * square + 0.28571428571901086;
  const v_10 = square * square * high2 * (v_9 * square + 0.3999999999999964);
  const v_11 = upper ? 4.215966355549632e-15 : 0;
  const v_12 = head6 * 2.483526865641276e-9 + v_6 + (v_10 + (k * 1.9082149292705877e-10 + v_11));
  const y3 = low9 + low10 + (low4 * 2 + v_12);
  const high5 = high4 + y3;
  const low11 = y3 - (high5 - high4);
  const c7 = y * 134217729;
  const head7 = c7 - (c7 - y);
  const tail6 = y - head7;
  const c8 = high5 * 134217729;
  const head8 = c8 - (c8 - high5);
  const tail7 = high5 - head8;
  const product3 = y * high5;
  const v_13 = product3 - head7 * head8 - tail6 * head8 - head7 * tail7;
  const low12 = tail6 * tail7 - v_13;
  const y4 = low12 + y * low11;
  const high6 = product3 + y4;
  const low13 = y4 - (high6 - product3);
  const shifted = high6 * 1.4426950408889634 + 6755399441055744;
  const n = shifted - 6755399441055744;
  const k2 = lowWord(shifted);
  const high7 = high6 - n * 0.6931471803691238;
  const beyond = n * 1.9082149292705877e-10 - low13;
  const r = high7 - beyond;
  const square2 = r * r;
  const high8 = 1 + high7;
  const low14 = high7 - (high8 - 1);
  const v_14 = 2.5115291381030774e-8 * square2 + 0.000002755722527164606;
  const v_15 = (v_14 * square2 + 0.00019841269906227868) * square2;
  const v_16 = (v_15 + 0.008333333333312968) * square2 + 0.16666666666666688;
  const v_17 = 2.101429486132145e-9 * square2 + 2.7556978784414885e-7;
  const v_18 = (v_17 * square2 + 0.000024801587629922473) * square2;
  const v_19 = (v_18 + 0.0013888888888757107) * square2 + 0.041666666666666845;
  const v_20 = square2 * 0.5 + square2 * r * (v_16 + r * v_19);
  const low15 = low14 + (v_20 - beyond);
  const half = lowWord(n * 0.5 + 6755399441055744);
  const scale = powers[(half + 1023) & 4095];
  const scale2 = powers[(((k2 - half) | 0) + 1023) & 4095];
  const v_21 = high6 < -745.1332191019412 ? 0 : (high8 + low15) * scale * scale2;
  const v_22 = 709.782712893384 < high6 ? Infinity : v_21;
  const v_23 = ((1 < a) & (0 < y)) | ((a < 1) & (y < 0)) ? Infinity : 0;
  const v_24 = a === 1 ? 1 : v_23;
  const value = tame ? v_22 : v_24;
  const whole = Math.trunc(y) === y;
  const half2 = y * 0.5;
  const v_25 = (x !== x) | (y !== y) | ((x < 0) & (a < Infinity) & !whole);
  const v_26 = (copysign(1, x) < 0) & (whole & !(Math.trunc(half2) === half2));
  const v_27 = v_26 ? -value : value;
  const v_28 = v_25 ? NaN : v_27;
  return (y === 0) | (x === 1) ? 1 : v_28;
}

const engine = { allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes) }), start };

/** An error that a caller of the module can act on. */
function fault(code, headline, hint) {
  return Object.assign(new Error(`${code}  ${headline}\n  ${hint}`), { code });
}

function product(coefficient, symbols, sizes) {
  return symbols.reduce((total, symbol) => total * (sizes.get(symbol) ?? Number.NaN), coefficient);
}

/** Sizes of one call, found from the lengths of its entries. */
class Binder {
  sizes;
  #manifest;
  #capacity;
  /** Symbols of which one at least must be more than 1 in a step. */
  #several;
  #factors;
  constructor(manifest, inputs, capacity) {
    this.#manifest = manifest;
    this.sizes = manifest.symbols.map(() => 0);
    this.#capacity = manifest.symbols.map((symbol) => capacity.get(symbol) ?? 0);
    this.#several = (manifest.several ?? []).map((size) =>
      String(size)
        .split('*')
        .map((symbol) => manifest.symbols.indexOf(symbol)),
    );
    this.#factors = inputs.map(({ coefficient, symbols }) => ({
      coefficient,
      symbols: symbols.map((symbol) => manifest.symbols.indexOf(symbol)),
    }));
  }
  reset() {
    this.sizes.fill(0);
  }
  /** Throws where the sizes are too small to train with. */
  checkSeveral() {
    for (let i = 0; i < this.#several.length; i++) {
      if (this.#several[i]?.some((symbol) => this.sizes[symbol] !== 1)) continue;
      const headline = `${String(this.#manifest.several?.[i])} is 1, and batch statistics need more than one value`;
      const hint = 'Pass more rows. In fit, dropLast: true leaves out a last batch that is smaller.';
      throw fault('E-BATCH-SINGLE', headline, hint);
    }
  }
  /** Sets one size, for batches that are chosen inside. */
  set(symbol, size) {
    this.sizes[this.#manifest.symbols.indexOf(symbol)] = size;
  }
  /** Takes the sizes that entry `i` of `length` elements tells; true where a symbol is still open. */
  take(i, entry, length) {
    const input = this.#manifest.inputs[i];
    const factor = this.#factors[i];
    if (!input || !factor) return false;
    if ('shape' in entry) this.#takeShape(input, entry.shape);
    let known = factor.coefficient;
    let open = -1;
    let openCount = 0;
    for (const symbol of factor.symbols) {
      const size = this.sizes[symbol] ?? 0;
      if (size === 0) {
        open = symbol;
        openCount++;
      } else known *= size;
    }
    if (openCount > 1) return true;
    if (openCount === 1) this.#bind(open, length / known, input, length);
    else if (known !== length) throw this.#wrongLength(input, length);
    return false;
  }
  #takeShape(input, shape) {
    if (shape.length !== input.shape.length) throw this.#wrongShape(input, shape);
    for (let axis = 0; axis < shape.length; axis++) {
      const declared = input.shape[axis];
      const size = shape[axis] ?? 0;
      if (typeof declared === 'number' && declared !== size) throw this.#wrongShape(input, shape);
      const symbol = this.#manifest.symbols.indexOf(String(declared));
      if (symbol >= 0) this.#bind(symbol, size, input, size);
    }
  }
  #bind(symbol, size, input, length) {
    const name = this.#manifest.symbols[symbol];
    const capacity = this.#capacity[symbol] ?? 0;
    const earlier = this.sizes[symbol] ?? 0;
    if (!Number.isInteger(size) || (earlier > 0 && earlier !== size)) throw this.#wrongLength(input, length);
    if (size === 0)
      throw fault('E-BATCH-EMPTY', `${JSON.stringify(input.name)} is empty`, 'Pass at least one row.');
    if (size > capacity) {
      const hint = `Pass fewer, or create the step with capacity: { ${name}: ${size} }; fit, evaluate and predict of adjoint/runtime cut data into batches.`;
      throw fault(
        'E-BATCH-CAPACITY',
        `${name} is ${size} in ${JSON.stringify(input.name)}, capacity ${capacity}`,
        hint,
      );
    }
    this.sizes[symbol] = size;
  }
  #bound() {
    const known = this.#manifest.symbols.map((symbol, i) => `${symbol} = ${this.sizes[i] || '?'}`);
    return known.length > 0 ? ` with ${known.join(', ')}` : '';
  }
  #wrongLength(input, length) {
    const headline = `${JSON.stringify(input.name)} has ${length} numbers`;
    const hint = `Its shape is [${input.shape.join(', ')}]${this.#bound()}, in row-major order.`;
    return fault('E-BATCH-LENGTH', headline, hint);
  }
  #wrongShape(input, shape) {
    const headline = `${JSON.stringify(input.name)} has shape [${shape.join(', ')}]`;
    return fault('E-BATCH-SHAPE', headline, `It is declared as [${input.shape.join(', ')}].`);
  }
}

function numbersOf(entry) {
  return 'shape' in entry ? entry.data : entry;
}

/** Throws where an index or label is out of its range, or not whole. */
function checkRange(input, data) {
  if (!input.range) return;
  const low = input.range[0];
  const high = input.range[1];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? Number.NaN;
    if (value >= low && value < high && Number.isInteger(value)) continue;
    if (input.except?.includes(value)) continue;
    const headline = `${JSON.stringify(input.name)}[${i}] is ${value}`;
    throw fault('E-DATA-RANGE', headline, `Its values are whole numbers from ${low} to ${high - 1}.`);
  }
}

/** Copies batches into the arena. Makes no garbage. */
class Reader {
  #manifest;
  #views;
  #binder;
  constructor(manifest, views, binder) {
    this.#manifest = manifest;
    this.#views = views;
    this.#binder = binder;
  }
  read(batch, entry) {
    const { inputs } = this.#manifest;
    this.#checkNames(batch);
    this.#binder.reset();
    let open = false;
    for (let i = 0; i < inputs.length; i++) open = this.#take(i, batch, entry) || open;
    if (open) this.#takeAgain(batch, entry);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const view = this.#views[i];
      if (!input || !view || !input.entries.includes(entry)) continue;
      const data = numbersOf(batch[input.name]);
      checkRange(input, data);
      view.set(data);
    }
  }
  #take(i, batch, entry) {
    const input = this.#manifest.inputs[i];
    if (!input || !input.entries.includes(entry)) return false;
    const given = Object.hasOwn(batch, input.name) ? batch[input.name] : undefined;
    if (given === undefined || given === null) {
      const headline = `the batch has no ${JSON.stringify(input.name)}`;
      throw fault('E-BATCH-MISSING', headline, `Pass its numbers, shape [${input.shape.join(', ')}].`);
    }
    return this.#binder.take(i, given, numbersOf(given).length);
  }
  /** Entries with several open sizes may be settled by the others. */
  #takeAgain(batch, entry) {
    const { inputs } = this.#manifest;
    for (let i = 0; i < inputs.length; i++) {
      if (!this.#take(i, batch, entry)) continue;
      const name = JSON.stringify(inputs[i]?.name);
      throw fault(
        'E-BATCH-SHAPE',
        `the length of ${name} leaves its sizes open`,
        'Pass { data, shape } for it.',
      );
    }
  }
  #checkNames(batch) {
    for (const name in batch) {
      if (this.#manifest.inputs.some((input) => input.name === name)) continue;
      const known = this.#manifest.inputs.map((input) => input.name).join(', ');
      throw fault(
        'E-BATCH-UNKNOWN',
        `the program has no input ${JSON.stringify(name)}`,
        `Its inputs are ${known}.`,
      );
    }
  }
}

/** The largest value of each symbol. */
function readCapacity(manifest, given) {
  for (const name of Object.keys(given)) {
    if (manifest.symbols.includes(name)) continue;
    const hint =
      manifest.symbols.length > 0
        ? `Its named sizes are ${manifest.symbols.join(', ')}.`
        : 'All its sizes are numbers: leave capacity out.';
    throw fault('E-CAPACITY', `the program has no size ${JSON.stringify(name)}`, hint);
  }
  return new Map(
    manifest.symbols.map((symbol) => {
      const size = given[symbol];
      if (size !== undefined && Number.isInteger(size) && size > 0) return [symbol, size];
      const headline = `capacity of ${symbol} is ${String(size)}`;
      throw fault(
        'E-CAPACITY',
        headline,
        `Pass a positive integer: create({ capacity: { ${symbol}: 64 } }).`,
      );
    }),
  );
}

/** Units are rounded up to 4, so that every tensor begins at a multiple of 16 bytes. */
function arenaOf({ regions }, capacity) {
  const units = regions.map(({ symbols }) =>
    symbols.length > 0 ? Math.ceil(product(1, symbols, capacity) / 4) * 4 : 1,
  );
  const bases = [];
  let top = 0;
  regions.forEach(({ bytes }, i) => {
    bases.push(top);
    top += Math.ceil((bytes * (units[i] ?? 1)) / 16) * 16;
  });
  return { bases, units, bytes: top };
}

/** Four gibibytes are the address space of 32-bit memories; a page of them is for what targets keep beside. */
const mostBytes = 4294901760;
const gibibytes = (bytes) => `${(bytes / 1073741824).toFixed(2)} GiB`;

/** Memory for the arena, and behind it 16 bytes, which vector loads may read, and `dataBytes` of resident data. */
function allocate(engine, capacity, arena, dataBytes) {
  const bytes = arena.bytes + 16 + dataBytes;
  const chosen = Array.from(capacity, ([symbol, size]) => `${symbol}: ${size}`).join(', ');
  const data = dataBytes > 0 ? `, ${gibibytes(dataBytes)} of it for resident data` : '';
  const headline = `the step needs ${gibibytes(bytes)} of memory${data}`;
  const hint = `Choose a smaller capacity than { ${chosen} }, or smaller batches.`;
  const refusal = (limit) =>
    fault('E-MEMORY', `${headline}; ${limit}`, chosen === '' ? 'Choose smaller tensors.' : hint);
  if (bytes > mostBytes) throw refusal('there are at most 4 GiB');
  try {
    return engine.allocate(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal('the engine has not as much');
  }
}

const bytesOf = (input) => (input.dtype === 'float64' ? 8 : 4);
const aligned = (bytes) => Math.ceil(bytes / 16) * 16;

/** The size of an axis, by its text. */
function sizeOfAxis(input, axis, data, known) {
  const size = input.shape[axis];
  if (typeof size === 'number') return size;
  const earlier = known.get(size);
  const given = 'shape' in data ? data.shape[axis] : earlier;
  if (given === undefined) {
    const headline = `the length of ${JSON.stringify(input.name)} leaves ${size} open`;
    throw fault('E-BATCH-SHAPE', headline, 'Pass { data, shape } for it.');
  }
  if (earlier !== undefined && earlier !== given) {
    const headline = `${JSON.stringify(input.name)} has ${size} = ${given}`;
    throw fault('E-BATCH-SHAPE', headline, `It is ${earlier} in an input before.`);
  }
  known.set(size, given);
  return given;
}

/** Reads a data set: every input of the step, with equally many rows. */
function readDataSet(manifest, data, capacity) {
  const inputs = manifest.inputs.filter(({ entries }) => entries.includes('step'));
  const leading = inputs.find(({ shape }) => typeof shape[0] === 'string')?.shape[0];
  if (typeof leading !== 'string') {
    throw fault(
      'E-DATA',
      'no input has a named first size',
      'Declare one as ["N", ...] to train on resident data.',
    );
  }
  const sizes = new Map();
  let rows = -1;
  let bytes = 0;
  const columns = inputs.map((input) => {
    const entry = Object.hasOwn(data, input.name) ? data[input.name] : undefined;
    if (!entry)
      throw fault('E-BATCH-MISSING', `the data have no ${JSON.stringify(input.name)}`, 'Pass its numbers.');
    const numbers = numbersOf(entry);
    const isRows = input.shape[0] === leading;
    let width = 1;
    for (let axis = isRows ? 1 : 0; axis < input.shape.length; axis++)
      width *= sizeOfAxis(input, axis, entry, sizes);
    const count = numbers.length / width;
    const expected = isRows ? rows : 1;
    if (!Number.isInteger(count) || count < 1 || (expected >= 0 && expected !== count)) {
      const headline = `${JSON.stringify(input.name)} has ${numbers.length} numbers`;
      throw fault('E-BATCH-LENGTH', headline, `Its shape is [${input.shape.join(', ')}]; rows must agree.`);
    }
    if (isRows) rows = count;
    checkRange(input, numbers);
    bytes += aligned(numbers.length * bytesOf(input));
    return { input, index: manifest.inputs.indexOf(input), data: numbers, width };
  });
  for (const [symbol, size] of sizes) checkSize(symbol, size, capacity.get(symbol) ?? 0);
  bytes += orderBytes(capacity.get(leading) ?? 0);
  return { symbol: leading, rows, columns, sizes, bytes };
}

function checkSize(symbol, size, capacity) {
  if (size <= capacity) return;
  const headline = `${symbol} is ${size} in the data, capacity ${capacity}`;
  throw fault('E-BATCH-CAPACITY', headline, `Create the step with capacity: { ${symbol}: ${size} }.`);
}

/** The row numbers of one batch. */
const orderBytes = (rows) => aligned(4 * rows);

/** Data in the module's memory, and their way into the batch. */
class Resident {
  rows;
  /** Inputs that are cut into rows, and those that every batch reads whole. */
  #cut = [];
  #whole = [];
  #bytes;
  #gather;
  /** The row numbers of the present batch. */
  #chosen;
  /** Copies `set` to `start`; `views` are the places of batches, by input, and `room` is the capacity for rows. */
  constructor(set, buffer, start, views, room, gather) {
    this.rows = set.rows;
    this.#bytes = new Uint8Array(buffer);
    this.#gather = gather;
    this.#chosen = new Int32Array(buffer, start, room);
    let at = start + orderBytes(room);
    for (const { input, index, data, width } of set.columns) {
      const batch = views[index];
      const kind = batch.constructor;
      const rows = new kind(buffer, at, data.length);
      rows.set(data);
      (input.shape[0] === set.symbol ? this.#cut : this.#whole).push({ rows, batch, width });
      at += aligned(data.length * bytesOf(input));
    }
  }
  /** Puts in place what every batch reads whole: calls in between may have overwritten it. */
  begin() {
    for (const { rows, batch } of this.#whole) batch.set(rows);
  }
  /** Makes the `count` rows from `from` on the batch: in their own order, or those that `order` names there. */
  select(order, from, count) {
    const inOrder = order === null || this.#choose(order, from, count);
    const first = order === null ? from : this.#chosen[0];
    for (const column of this.#cut) {
      if (inOrder) this.#copy(column, first, count);
      else this.#pick(column, count);
    }
  }
  /** Reads the rows of a batch; true where they follow each other, as in the data's own order. */
  #choose(order, from, count) {
    const { rows } = this;
    const chosen = this.#chosen;
    const first = order[from];
    let follow = true;
    for (let i = 0; i < count; i++) {
      const row = order[from + i];
      if (!(row >= 0 && row < rows && Number.isInteger(row))) throw this.#badRow(from + i, row);
      chosen[i] = row;
      if (row !== first + i) follow = false;
    }
    return follow;
  }
  #copy({ rows, batch, width }, first, count) {
    const bytes = width * rows.BYTES_PER_ELEMENT;
    const start = rows.byteOffset + first * bytes;
    this.#bytes.copyWithin(batch.byteOffset, start, start + count * bytes);
  }
  #pick({ rows, batch, width }, count) {
    const bytes = width * rows.BYTES_PER_ELEMENT;
    if (this.#gather)
      return this.#gather(this.#chosen.byteOffset, count, rows.byteOffset, batch.byteOffset, bytes);
    for (let i = 0; i < count; i++) {
      const row = this.#chosen[i] * width;
      if (width > 32) batch.set(rows.subarray(row, row + width), i * width);
      else for (let j = 0; j < width; j++) batch[i * width + j] = rows[row + j];
    }
  }
  #badRow(at, row) {
    return fault('E-ORDER', `order[${at}] is ${String(row)}`, `Rows are counted from 0 to ${this.rows - 1}.`);
  }
}

/** Many steps in one call; their losses come back together. */
class Trainer {
  #entries;
  #binder;
  #values;
  #capacity;
  /** Of each metric, over the batches that `run` trained on: values times weights, and weights. */
  totals;
  #losses = new Float64Array(0);
  constructor(entries, binder, values, capacity) {
    this.#entries = entries;
    this.#binder = binder;
    this.#values = values;
    this.totals = new Float64Array(values.length);
    this.#capacity = capacity;
  }
  /** `count` batches from number `first` on. */
  run(resident, set, order, batchSize, first, count) {
    const rows = order ? order.length : set.rows;
    this.#checkBatches(set, batchSize, first, count);
    const steps = Math.max(0, Math.min(count, Math.ceil(rows / batchSize) - first));
    this.#reserve(steps);
    for (const [symbol, size] of set.sizes) this.#binder.set(symbol, size);
    resident.begin();
    for (let i = 0; i < steps; i++) {
      const from = (first + i) * batchSize;
      const taken = Math.min(batchSize, rows - from);
      resident.select(order, from, taken);
      this.#binder.set(set.symbol, taken);
      if (!this.#step(i)) return this.#losses.subarray(0, i + 1);
      this.#addMetrics();
    }
    return this.#losses.subarray(0, steps);
  }
  #checkBatches({ symbol }, batchSize, first, count) {
    const capacity = this.#capacity.get(symbol) ?? 0;
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > capacity) {
      throw fault(
        'E-BATCH-CAPACITY',
        `batches of ${batchSize} rows`,
        `Choose 1 to ${capacity}, the capacity.`,
      );
    }
    if (Number.isInteger(first) && first >= 0 && count >= 0) return;
    throw fault('E-BATCH-COUNT', `${count} batches from ${first} on`, 'Batches are counted from 0.');
  }
  /** Metrics of weight 0 do not count, whatever they are. */
  #addMetrics() {
    for (let i = 0; i < this.totals.length; i += 2) {
      const weight = this.#values[i + 1];
      if (weight === 0) continue;
      this.totals[i] = this.totals[i] + this.#values[i] * weight;
      this.totals[i + 1] = this.totals[i + 1] + weight;
    }
  }
  repeat(count) {
    this.#reserve(count);
    for (let i = 0; i < count; i++) if (!this.#step(i)) return this.#losses.subarray(0, i + 1);
    return this.#losses.subarray(0, count);
  }
  #reserve(steps) {
    if (this.#losses.length < steps) this.#losses = new Float64Array(steps);
  }
  /** One step on the batch in place; false where its loss is not finite. */
  #step(i) {
    this.#binder.checkSeveral();
    const finite = this.#entries.step?.apply(null, this.#binder.sizes);
    this.#losses[i] = this.#values[0] ?? Number.NaN;
    return Boolean(finite);
  }
}

/** The metrics object: a getter for each, over the numbers that the step leaves. */
function metricsOf(manifest, values) {
  const metrics = {};
  manifest.metrics.forEach(({ name }, i) => {
    Object.defineProperty(metrics, name, { enumerable: true, get: () => values[2 * i] });
  });
  return metrics;
}

function setHyper(manifest, values, changes) {
  for (const name in changes) {
    const i = manifest.hyper.findIndex((hyper) => hyper.name === name);
    const value = changes[name];
    if (i >= 0 && typeof value === 'number' && !Number.isNaN(value)) {
      values[i] = value;
      continue;
    }
    const known = manifest.hyper.map((hyper) => hyper.name).join(', ');
    const headline =
      i < 0 ? `there is no hyper-parameter ${JSON.stringify(name)}` : `${name} is ${String(value)}`;
    throw fault('E-HYPER', headline, `Pass numbers for ${known}.`);
  }
}

function setParameters(tensors, given) {
  for (const name of Object.keys(given)) {
    const tensor = tensors.find((candidate) => candidate.name === name);
    const data = given[name];
    if (tensor && data && data.length === tensor.data.length) {
      tensor.data.set(data);
      continue;
    }
    const headline = tensor
      ? `parameter ${JSON.stringify(name)} gets ${data?.length} numbers for shape [${tensor.shape.join(', ')}]`
      : `there is no parameter ${JSON.stringify(name)}`;
    throw fault('E-PARAMETER', headline, `Parameters are ${tensors.map((known) => known.name).join(', ')}.`);
  }
}

/** The step, with its initial parameters. */
function stepOver(parts, options) {
  const { manifest, layout, capacity, hyper, view, entries } = parts;
  const named = (infos, places) =>
    places.map((place, i) => Object.assign({}, infos[i], { data: view(place) }));
  const parameters = named(manifest.parameters, layout.parameters);
  const state = named(manifest.state, layout.state);
  entries.initial();
  setParameters(parameters, options.parameters ?? {});
  return { manifest, capacity: Object.fromEntries(capacity), parameters, state, hyper, ...callsOf(parts) };
}

function callsOf(parts) {
  const { manifest, layout, capacity, view, entries } = parts;
  const values = view(layout.metrics);
  const weights = new Float64Array(manifest.metrics.length);
  const metrics = metricsOf(manifest, values);
  const binder = new Binder(manifest, layout.inputs, capacity);
  const reader = new Reader(manifest, layout.inputs.map(view), binder);
  const outputViews = layout.outputs.map(view);
  const finish = () => {
    for (let i = 0; i < weights.length; i++) weights[i] = values[2 * i + 1] ?? 1;
    return metrics;
  };
  return {
    weights,
    ...trainingCalls(parts, values, binder, reader, finish),
    evaluate(batch) {
      if (!entries.evaluate) throw missing('evaluate');
      reader.read(batch, 'evaluate');
      entries.evaluate.apply(null, binder.sizes);
      return finish();
    },
    predict(inputs) {
      if (!entries.predict) throw missing('predict');
      reader.read(inputs, 'predict');
      entries.predict.apply(null, binder.sizes);
      const sizes = new Map(manifest.symbols.map((symbol, i) => [symbol, binder.sizes[i] ?? 0]));
      return outputsOf(manifest, outputViews, sizes);
    },
  };
}

function trainingCalls(parts, values, binder, reader, finish) {
  const { manifest, capacity, hyper, set, entries } = parts;
  const trainer = new Trainer(entries, binder, values, capacity);
  const resident = set ? residentOf(parts, set) : null;
  return {
    totals: trainer.totals,
    step(batch, changes) {
      if (!entries.step) throw missing('step');
      if (changes) setHyper(manifest, hyper, changes);
      reader.read(batch, 'step');
      binder.checkSeveral();
      entries.step.apply(null, binder.sizes);
      return finish();
    },
    run(order, batchSize, first = 0, count = Infinity) {
      if (!entries.step) throw missing('step');
      if (!resident || !set) {
        throw fault('E-DATA', 'the step has no resident data', 'Create it with data: { ... }.');
      }
      return trainer.run(resident, set, order, batchSize, first, count);
    },
    repeat(count, batch) {
      if (!entries.step) throw missing('step');
      if (batch) reader.read(batch, 'step');
      return trainer.repeat(count);
    },
  };
}

function residentOf({ layout, memory, dataStart, view, capacity, entries }, set) {
  const views = layout.inputs.map(view);
  return new Resident(set, memory.buffer, dataStart, views, capacity.get(set.symbol) ?? 0, entries.gather);
}

function missing(entry) {
  const hint = 'Declare it with a loss for step and evaluate, with outputs for predict.';
  return fault('E-ENTRY', `the program has no ${entry}`, hint);
}

function outputsOf(manifest, views, sizes) {
  const outputs = Object.create(null);
  manifest.outputs.forEach(({ name, shape }, i) => {
    const actual = shape.map((size) => (typeof size === 'number' ? size : sizeOf(size, sizes)));
    const count = actual.reduce((total, size) => total * size, 1);
    outputs[name] = { name, shape: actual, data: views[i].subarray(0, count) };
  });
  return outputs;
}

/** The number that symbolic text such as `2*N` stands for. */
function sizeOf(text, sizes) {
  return text.split('*').reduce((total, part) => total * (sizes.get(part) ?? Number(part)), 1);
}

/** A view of a tensor at its capacity. */
function viewOf(place, buffer, { bases, units }, capacity) {
  const start = (bases[place.region] ?? 0) + place.offset * (units[place.region] ?? 1);
  const length = product(place.coefficient, place.symbols, capacity);
  if (place.dtype === 'float32') return new Float32Array(buffer, start, length);
  if (place.dtype === 'float64') return new Float64Array(buffer, start, length);
  return new Int32Array(buffer, start, length);
}

/** Creates a step over `engine`. */
function createStep(manifest, layout, engine, options) {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  return finish(startNow(engine, memory, arena));
}

/** Main threads of browsers have a limit to what they compile at once. */
function startNow(engine, memory, { bases, units }) {
  try {
    return engine.start(memory, bases, units);
  } catch (error) {
    if (!(error instanceof RangeError && engine.startAsync)) throw error;
    throw fault('E-ASYNC', `the engine refuses: ${error.message}`, 'Use: await createAsync({ ... }).');
  }
}

/** The same where the code is compiled while the thread goes on. */
async function createStepAsync(manifest, layout, engine, options) {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  const { bases, units } = arena;
  return finish(
    engine.startAsync ? await engine.startAsync(memory, bases, units) : engine.start(memory, bases, units),
  );
}

/** Checks the options, allocates memory and writes constants, data and hyper-parameters to it. */
function prepare(manifest, layout, engine, options = {}) {
  const capacity = readCapacity(manifest, options.capacity ?? {});
  const { seed = 0 } = options;
  if (!Number.isSafeInteger(seed)) throw fault('E-SEED', `seed is ${String(seed)}`, 'Pass an integer.');
  const arena = arenaOf(layout, capacity);
  const set = options.data ? readDataSet(manifest, options.data, capacity) : null;
  const memory = allocate(engine, capacity, arena, set ? set.bytes : 0);
  const view = (place) => viewOf(place, memory.buffer, arena, capacity);
  for (const { place, data } of layout.constants) view(place).set(data);
  const hyper = view(layout.hyper);
  hyper.set(manifest.hyper.map(({ value }) => value));
  if (layout.seed) view(layout.seed)[0] = seed;
  return {
    memory,
    arena,
    finish: (entries) =>
      stepOver(
        { manifest, layout, capacity, hyper, set, memory, dataStart: arena.bytes + 16, view, entries },
        options,
      ),
  };
}

function create(options) {
  return createStep(manifest, layout, engine, options);
}

function createAsync(options) {
  return createStepAsync(manifest, layout, engine, options);
}

export { create, createAsync, manifest };
