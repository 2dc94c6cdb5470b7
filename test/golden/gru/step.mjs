// Training step of gru, emitted by adjoint 0.1.0 for target js, strict numerics.
// Inputs [N, 20, 2] [N, 1]; parameters [72, 2] [72, 24] [72] [72] [1, 24] [1]. Names are in the manifest.
// create({ capacity, parameters, seed }) makes a step; step(batch) trains, evaluate and predict only read.
// createAsync does the same for threads that may not compile so much at once, as a page in a browser.
// Every float32 operation rounds by Math.fround; the order of operations is fixed.

const manifest = {
  format: 1,
  name: 'gru',
  compiler: '0.1.0',
  target: 'js',
  numerics: 'strict',
  fingerprint: 'b482e81a4da777d8',
  symbols: ['N'],
  inputs: [
    { name: 'pairs', shape: ['N', 20, 2], dtype: 'float32', entries: ['step', 'evaluate', 'predict'] },
    { name: 'total', shape: ['N', 1], dtype: 'float32', entries: ['step', 'evaluate'] },
  ],
  hyper: [
    { name: 'clipByGlobalNorm.maxNorm', value: 1 },
    { name: 'beta1', value: 0.9 },
    { name: 'lr', value: 0.01 },
    { name: 'beta2', value: 0.999 },
    { name: 'eps', value: 1e-8 },
  ],
  parameters: [
    { name: 'memory.weight_ih_l0', shape: [72, 2], dtype: 'float32' },
    { name: 'memory.weight_hh_l0', shape: [72, 24], dtype: 'float32' },
    { name: 'memory.bias_ih_l0', shape: [72], dtype: 'float32' },
    { name: 'memory.bias_hh_l0', shape: [72], dtype: 'float32' },
    { name: 'head.weight', shape: [1, 24], dtype: 'float32' },
    { name: 'head.bias', shape: [1], dtype: 'float32' },
  ],
  state: [
    { name: 'memory.weight_ih_l0.exp_avg', shape: [72, 2], dtype: 'float32' },
    { name: 'memory.weight_ih_l0.exp_avg_sq', shape: [72, 2], dtype: 'float32' },
    { name: 'memory.weight_hh_l0.exp_avg', shape: [72, 24], dtype: 'float32' },
    { name: 'memory.weight_hh_l0.exp_avg_sq', shape: [72, 24], dtype: 'float32' },
    { name: 'memory.bias_ih_l0.exp_avg', shape: [72], dtype: 'float32' },
    { name: 'memory.bias_ih_l0.exp_avg_sq', shape: [72], dtype: 'float32' },
    { name: 'memory.bias_hh_l0.exp_avg', shape: [72], dtype: 'float32' },
    { name: 'memory.bias_hh_l0.exp_avg_sq', shape: [72], dtype: 'float32' },
    { name: 'head.weight.exp_avg', shape: [1, 24], dtype: 'float32' },
    { name: 'head.weight.exp_avg_sq', shape: [1, 24], dtype: 'float32' },
    { name: 'head.bias.exp_avg', shape: [1], dtype: 'float32' },
    { name: 'head.bias.exp_avg_sq', shape: [1], dtype: 'float32' },
    { name: 'step', shape: [], dtype: 'int32' },
  ],
  metrics: [{ name: 'loss', kind: 'mean' }],
  outputs: [{ name: 'answer', shape: ['N', 1], dtype: 'float32' }],
};

const layout = {
  regions: [
    { symbols: [], bytes: 32912 },
    { symbols: ['N'], bytes: 29320 },
  ],
  inputs: [
    { region: 1, offset: 0, dtype: 'float32', coefficient: 40, symbols: ['N'] },
    { region: 1, offset: 160, dtype: 'float32', coefficient: 1, symbols: ['N'] },
  ],
  hyper: { region: 0, offset: 0, dtype: 'float64', coefficient: 5, symbols: [] },
  parameters: [
    { region: 0, offset: 64, dtype: 'float32', coefficient: 144, symbols: [] },
    { region: 0, offset: 640, dtype: 'float32', coefficient: 1728, symbols: [] },
    { region: 0, offset: 7552, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 7840, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 8128, dtype: 'float32', coefficient: 24, symbols: [] },
    { region: 0, offset: 8224, dtype: 'float32', coefficient: 1, symbols: [] },
  ],
  state: [
    { region: 0, offset: 8240, dtype: 'float32', coefficient: 144, symbols: [] },
    { region: 0, offset: 8816, dtype: 'float32', coefficient: 144, symbols: [] },
    { region: 0, offset: 9392, dtype: 'float32', coefficient: 1728, symbols: [] },
    { region: 0, offset: 16304, dtype: 'float32', coefficient: 1728, symbols: [] },
    { region: 0, offset: 23216, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 23504, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 23792, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 24080, dtype: 'float32', coefficient: 72, symbols: [] },
    { region: 0, offset: 24368, dtype: 'float32', coefficient: 24, symbols: [] },
    { region: 0, offset: 24464, dtype: 'float32', coefficient: 24, symbols: [] },
    { region: 0, offset: 24560, dtype: 'float32', coefficient: 1, symbols: [] },
    { region: 0, offset: 24576, dtype: 'float32', coefficient: 1, symbols: [] },
    { region: 0, offset: 24592, dtype: 'int32', coefficient: 1, symbols: [] },
  ],
  seed: { region: 0, offset: 24608, dtype: 'int32', coefficient: 1, symbols: [] },
  metrics: { region: 0, offset: 48, dtype: 'float64', coefficient: 2, symbols: [] },
  outputs: [{ region: 1, offset: 164, dtype: 'float32', coefficient: 1, symbols: ['N'] }],
  constants: [],
};

// The kernels over one arena. bases and units place its regions.
function start({ buffer }, bases, units) {
  const seed = new Int32Array(buffer, bases[0] + 24608);
  const memory_weight_ih_l0 = new Float32Array(buffer, bases[0] + 64);
  const memory_weight_hh_l0 = new Float32Array(buffer, bases[0] + 640);
  const memory_bias_ih_l0 = new Float32Array(buffer, bases[0] + 7552);
  const memory_bias_hh_l0 = new Float32Array(buffer, bases[0] + 7840);
  const head_bias = new Float32Array(buffer, bases[0] + 8224);
  const head_weight = new Float32Array(buffer, bases[0] + 8128);
  const memory_weight_ih_l0_exp = new Float32Array(buffer, bases[0] + 8240);
  const memory_weight_ih_l0_exp_2 = new Float32Array(buffer, bases[0] + 8816);
  const memory_weight_hh_l0_exp = new Float32Array(buffer, bases[0] + 9392);
  const memory_weight_hh_l0_exp_2 = new Float32Array(buffer, bases[0] + 16304);
  const memory_bias_ih_l0_exp_av = new Float32Array(buffer, bases[0] + 23216);
  const memory_bias_ih_l0_exp_av_2 = new Float32Array(buffer, bases[0] + 23504);
  const memory_bias_hh_l0_exp_av = new Float32Array(buffer, bases[0] + 23792);
  const memory_bias_hh_l0_exp_av_2 = new Float32Array(buffer, bases[0] + 24080);
  const head_weight_exp_avg = new Float32Array(buffer, bases[0] + 24368);
  const head_weight_exp_avg_sq = new Float32Array(buffer, bases[0] + 24464);
  const head_bias_exp_avg = new Float32Array(buffer, bases[0] + 24560);
  const head_bias_exp_avg_sq = new Float32Array(buffer, bases[0] + 24576);
  const step_2 = new Int32Array(buffer, bases[0] + 24592);
  const loss_weight = new Float64Array(buffer, bases[0] + 56);
  const broadcast_to = new Float32Array(buffer, bases[1] + 29128 * units[1]);
  const pairs = new Float32Array(buffer, bases[1] + 0 * units[1]);
  const permute = new Float32Array(buffer, bases[1] + 13608 * units[1]);
  const matmul = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const add = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const state0 = new Float32Array(buffer, bases[1] + 13768 * units[1]);
  const scan_result = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const scan_result_2 = new Float32Array(buffer, bases[1] + 21288 * units[1]);
  const scan_result_3 = new Float32Array(buffer, bases[1] + 23208 * units[1]);
  const scan_result_4 = new Float32Array(buffer, bases[1] + 19368 * units[1]);
  const scan_result_5 = new Float32Array(buffer, bases[1] + 25128 * units[1]);
  const scan_result_6 = new Float32Array(buffer, bases[1] + 11688 * units[1]);
  const scan_result_7 = new Float32Array(buffer, bases[1] + 27048 * units[1]);
  const matmul_2 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const total = new Float32Array(buffer, bases[1] + 160 * units[1]);
  const loss = new Float64Array(buffer, bases[0] + 48);
  const permute_2 = new Float32Array(buffer, bases[1] + 28968 * units[1]);
  const add_2 = new Float32Array(buffer, bases[1] + 6024 * units[1]);
  const matmul_3 = new Float32Array(buffer, bases[0] + 32688);
  const lr = new Float64Array(buffer, bases[0] + 16);
  const beta1 = new Float64Array(buffer, bases[0] + 8);
  const beta2 = new Float64Array(buffer, bases[0] + 24);
  const cast = new Float32Array(buffer, bases[0] + 32880);
  const cast_2 = new Float32Array(buffer, bases[0] + 32896);
  const sum = new Float32Array(buffer, bases[0] + 32848);
  const matmul_4 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const permute_3 = new Float32Array(buffer, bases[1] + 17448 * units[1]);
  const cotangent = new Float32Array(buffer, bases[1] + 29224 * units[1]);
  const scan_result_8 = new Float32Array(buffer, bases[1] + 11688 * units[1]);
  const scan_result_9 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const matmul_5 = new Float32Array(buffer, bases[0] + 24624);
  const sum_2 = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const sum_3 = new Float32Array(buffer, bases[0] + 32400);
  const sum_4 = new Float32Array(buffer, bases[0] + 32832);
  const sum_5 = new Float32Array(buffer, bases[0] + 32800);
  const matmul_6 = new Float32Array(buffer, bases[0] + 31536);
  const sum_6 = new Float32Array(buffer, bases[0] + 32112);
  const sum_7 = new Float32Array(buffer, bases[0] + 32816);
  const sum_8 = new Float32Array(buffer, bases[0] + 32784);
  const clip_by_global_norm_max = new Float64Array(buffer, bases[0] + 0);
  const cast_3 = new Float32Array(buffer, bases[0] + 32864);
  const eps = new Float64Array(buffer, bases[0] + 32);
  const add_3 = new Float32Array(buffer, bases[0] + 24624);
  const add_4 = new Float32Array(buffer, bases[0] + 24912);
  const add_5 = new Float32Array(buffer, bases[0] + 25200);
  const add_6 = new Float32Array(buffer, bases[0] + 25488);
  const add_7 = new Float32Array(buffer, bases[0] + 25776);
  const add_8 = new Float32Array(buffer, bases[0] + 25792);
  const permute_4 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const matmul_7 = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const add_9 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const broadcast_to_2 = new Float32Array(buffer, bases[1] + 2376 * units[1]);
  const state0_2 = new Float32Array(buffer, bases[1] + 2472 * units[1]);
  const matmul_8 = new Float32Array(buffer, bases[1] + 2088 * units[1]);
  const scan_result_10 = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const matmul_9 = new Float32Array(buffer, bases[1] + 2088 * units[1]);
  const permute_5 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const matmul_10 = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const add_10 = new Float32Array(buffer, bases[1] + 5928 * units[1]);
  const broadcast_to_3 = new Float32Array(buffer, bases[1] + 2376 * units[1]);
  const state0_3 = new Float32Array(buffer, bases[1] + 2472 * units[1]);
  const matmul_11 = new Float32Array(buffer, bases[1] + 2088 * units[1]);
  const scan_result_11 = new Float32Array(buffer, bases[1] + 168 * units[1]);
  const answer = new Float32Array(buffer, bases[1] + 164 * units[1]);

  // memory_weight_ih_l0 from seed
  function init_memory_weight_ih_l0() {
    const t0 = seed[0];
    for (let i = 0; i < 72; i++) {
      const t1 = i * 2;
      for (let i_2 = 0; i_2 < 2; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const v = uniform53_f64(t0, 0, -1, t2) * 0.4082482904638631;
        memory_weight_ih_l0[t2] = Math.fround(v + -0.20412414523193154);
      }
    }
  }

  // memory_weight_hh_l0 from seed
  function init_memory_weight_hh_l0() {
    const t0 = seed[0];
    for (let i = 0; i < 72; i++) {
      const t1 = i * 24;
      for (let i_2 = 0; i_2 < 24; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const v = uniform53_f64(t0, 1, -1, t2) * 0.4082482904638631;
        memory_weight_hh_l0[t2] = Math.fround(v + -0.20412414523193154);
      }
    }
  }

  // memory_bias_ih_l0, memory_bias_hh_l0, head_bias from seed
  function init_memory_bias_ih_l0() {
    const t0 = seed[0];
    const v = uniform53_f64(t0, 5, -1, 0) * 0.4082482904638631;
    head_bias[0] = Math.fround(v + -0.20412414523193154);
    for (let i = 0; i < 72; i++) {
      const t1 = i;
      const v_2 = uniform53_f64(t0, 2, -1, t1) * 0.4082482904638631;
      memory_bias_ih_l0[i] = Math.fround(v_2 + -0.20412414523193154);
      const v_3 = uniform53_f64(t0, 3, -1, t1) * 0.4082482904638631;
      memory_bias_hh_l0[i] = Math.fround(v_3 + -0.20412414523193154);
    }
  }

  // head_weight from seed
  function init_head_weight() {
    const t0 = seed[0];
    for (let i = 0; i < 24; i++) {
      const v = uniform53_f64(t0, 4, -1, i) * 0.40824829046386296;
      head_weight[i] = Math.fround(v + -0.20412414523193148);
    }
  }

  // memory_weight_ih_l0_exp, memory_weight_ih_l0_exp_2
  function init_memory_weight_ih_l0_2() {
    for (let i = 0; i < 144; i++) {
      memory_weight_ih_l0_exp[i] = 0;
      memory_weight_ih_l0_exp_2[i] = 0;
    }
  }

  // memory_weight_hh_l0_exp, memory_weight_hh_l0_exp_2
  function init_memory_weight_hh_l0_2() {
    for (let i = 0; i < 1728; i++) {
      memory_weight_hh_l0_exp[i] = 0;
      memory_weight_hh_l0_exp_2[i] = 0;
    }
  }

  // memory_bias_ih_l0_exp_av
  function init_memory_bias_ih_l0_e() {
    for (let i = 0; i < 72; i++) {
      memory_bias_ih_l0_exp_av[i] = 0;
      memory_bias_ih_l0_exp_av_2[i] = 0;
      memory_bias_hh_l0_exp_av[i] = 0;
      memory_bias_hh_l0_exp_av_2[i] = 0;
    }
  }

  // head_weight_exp_avg, head_weight_exp_avg_sq
  function init_head_weight_exp_avg() {
    for (let i = 0; i < 24; i++) {
      head_weight_exp_avg[i] = 0;
      head_weight_exp_avg_sq[i] = 0;
    }
  }

  // head_bias_exp_avg, head_bias_exp_avg_sq
  function init_head_bias_exp_avg() {
    head_bias_exp_avg[0] = 0;
    head_bias_exp_avg_sq[0] = 0;
  }

  // step_2
  function init_step() {
    step_2[0] = 0;
  }

  // loss_weight
  function compute_loss_weight(size_N) {
    loss_weight[0] = Math.fround(size_N);
  }

  // broadcast_to
  function compute_broadcast_to(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      broadcast_to[i] = 0;
    }
  }

  // permute from pairs
  function compute_permute(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = (Math.imul(i % size_N, 40) + Math.imul((i / size_N) | 0, 2)) | 0;
      const t1 = i * 2;
      for (let i_2 = 0; i_2 < 2; i_2++) {
        permute[t1 + i_2] = pairs[t0 + i_2];
      }
    }
  }

  // matmul from permute, memory_weight_ih_l0
  function compute_matmul(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t2 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const permute_at = i * 2;
        const memory_weight_ih_l0_at = i_2 * 2;
        for (let k = 0; k < 2; k++) {
          const v = permute[permute_at + k];
          const v_2 = memory_weight_ih_l0[memory_weight_ih_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 2];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 4];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 6];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        matmul[t2 + i_2] = total_2;
        matmul[t2 + i_2 + 1] = total_3;
        matmul[t2 + i_2 + 2] = total_4;
        matmul[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // add from matmul, memory_bias_ih_l0
  function compute_add(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2++) {
        const t1 = (t0 + i_2) | 0;
        add[t1] = Math.fround(matmul[t1] + memory_bias_ih_l0[i_2]);
      }
    }
  }

  // state0 from broadcast_to
  function start_state0(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      state0[i] = broadcast_to[i];
    }
  }

  // scan_result from state0, memory_weight_hh_l0, memory_bias_hh_l0
  function compute_scan_result(size_N, t) {
    const t2 = t * (72 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t3 = (t2 + Math.imul(i, 72)) | 0;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const state0_at = i * 24;
        const memory_weight_hh_l0_at = i_2 * 24;
        for (let k = 0; k < 24; k++) {
          const v = state0[state0_at + k];
          const v_2 = memory_weight_hh_l0[memory_weight_hh_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 24];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 48];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 72];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        scan_result[t3 + i_2] = Math.fround(total_2 + memory_bias_hh_l0[i_2]);
        scan_result[t3 + i_2 + 1] = Math.fround(total_3 + memory_bias_hh_l0[i_2 + 1]);
        scan_result[t3 + i_2 + 2] = Math.fround(total_4 + memory_bias_hh_l0[i_2 + 2]);
        scan_result[t3 + i_2 + 3] = Math.fround(total_5 + memory_bias_hh_l0[i_2 + 3]);
      }
    }
  }

  // scan_result_2
  function update_state0(size_N, t) {
    const t0 = t * (72 * size_N);
    const t4 = t * (24 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t1 = (t0 + Math.imul(i, 72)) | 0;
      const t5 = (t4 + Math.imul(i, 24)) | 0;
      const t11 = i * 24;
      for (let i_2 = 0; i_2 < 24; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const t3 = Math.fround(sigmoid_f64(Math.fround(add[t2] + scan_result[t2])));
        const t6 = (t5 + i_2) | 0;
        const t7 = (t2 + 48) | 0;
        const v = Math.fround(add[t7] + Math.fround(t3 * scan_result[t7]));
        const t8 = Math.fround(tanh_f64(v));
        const t9 = (t2 + 24) | 0;
        const t10 = Math.fround(sigmoid_f64(Math.fround(add[t9] + scan_result[t9])));
        const t12 = (t11 + i_2) | 0;
        const t13 = state0[t12];
        const t14 = Math.fround(t13 - t8);
        const t15 = Math.fround(t8 + Math.fround(t10 * t14));
        scan_result_2[t6] = t3;
        scan_result_3[t6] = t8;
        scan_result_4[t6] = t10;
        scan_result_5[t6] = t14;
        state0[t12] = t15;
        scan_result_6[t6] = t15;
        scan_result_7[t6] = t13;
      }
    }
  }

  // matmul_2 from scan_result_6, head_weight
  function compute_matmul_2(size_N) {
    const t0 = 19 * (24 * size_N);
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = head_weight[k];
        const v_2 = Math.fround(scan_result_6[scan_result_at + k] * v);
        total_2 = Math.fround(total_2 + v_2);
        const v_3 = Math.fround(scan_result_6[scan_result_at + k + 24] * v);
        total_3 = Math.fround(total_3 + v_3);
        const v_4 = Math.fround(scan_result_6[scan_result_at + k + 48] * v);
        total_4 = Math.fround(total_4 + v_4);
        const v_5 = Math.fround(scan_result_6[scan_result_at + k + 72] * v);
        total_5 = Math.fround(total_5 + v_5);
      }
      matmul_2[i] = total_2;
      matmul_2[i + 1] = total_3;
      matmul_2[i + 2] = total_4;
      matmul_2[i + 3] = total_5;
    }
    for (; i < size_N; i++) {
      let total_2 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = Math.fround(scan_result_6[scan_result_at + k] * head_weight[k]);
        total_2 = Math.fround(total_2 + v);
      }
      matmul_2[i] = total_2;
    }
  }

  // loss from head_bias, matmul_2, total
  function compute_loss(size_N) {
    const t0 = head_bias[0];
    lanes.fill(0);
    for (let r = 0; r < size_N; r++) {
      const t1 = Math.fround(Math.fround(matmul_2[r] + t0) - total[r]);
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + Math.fround(t1 * t1));
    }
    const total_2 = joinSum32();
    loss[0] = Math.fround(total_2 / Math.fround(size_N));
  }

  // permute_2 from permute
  function compute_permute_2(size_N) {
    for (let i = 0; i < 2; i++) {
      const t0 = i * (20 * size_N);
      for (let i_2 = 0; i_2 < 20 * size_N; i_2++) {
        permute_2[t0 + i_2] = permute[i_2 * 2 + i];
      }
    }
  }

  // add_2 from head_bias, matmul_2, total
  function compute_add_2(size_N) {
    const t0 = head_bias[0];
    const t1 = Math.fround(1 / Math.fround(size_N));
    for (let i = 0; i < size_N; i++) {
      const v = Math.fround(Math.fround(matmul_2[i] + t0) - total[i]);
      const t2 = Math.fround(v * t1);
      add_2[i] = Math.fround(t2 + t2);
    }
  }

  // matmul_3 from scan_result_6, add_2
  function compute_matmul_3(size_N) {
    const t0 = 19 * (24 * size_N);
    for (let i = 0; i < 24; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      const scan_result_at = t0 + i;
      for (let k = 0; k < size_N; k++) {
        const v = add_2[k];
        const v_2 = Math.fround(scan_result_6[scan_result_at + k * 24] * v);
        total_2 = Math.fround(total_2 + v_2);
        const v_3 = Math.fround(scan_result_6[scan_result_at + k * 24 + 1] * v);
        total_3 = Math.fround(total_3 + v_3);
        const v_4 = Math.fround(scan_result_6[scan_result_at + k * 24 + 2] * v);
        total_4 = Math.fround(total_4 + v_4);
        const v_5 = Math.fround(scan_result_6[scan_result_at + k * 24 + 3] * v);
        total_5 = Math.fround(total_5 + v_5);
      }
      matmul_3[i] = total_2;
      matmul_3[i + 1] = total_3;
      matmul_3[i + 2] = total_4;
      matmul_3[i + 3] = total_5;
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

  // sum from add_2
  function compute_sum(size_N) {
    let total_2 = 0;
    for (let r = 0; r < size_N; r++) {
      total_2 = Math.fround(total_2 + add_2[r]);
    }
    sum[0] = total_2;
  }

  // matmul_4 from add_2, head_weight
  function compute_matmul_4(size_N) {
    for (let i = 0; i < size_N; i++) {
      const t0 = add_2[i];
      const t2 = i * 24;
      for (let i_2 = 0; i_2 < 24; i_2 += 4) {
        const t1 = Math.fround(t0 * head_weight[i_2]);
        const t1_2 = Math.fround(t0 * head_weight[i_2 + 1]);
        const t1_3 = Math.fround(t0 * head_weight[i_2 + 2]);
        const t1_4 = Math.fround(t0 * head_weight[i_2 + 3]);
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        total_2 = Math.fround(total_2 + t1);
        total_3 = Math.fround(total_3 + t1_2);
        total_4 = Math.fround(total_4 + t1_3);
        total_5 = Math.fround(total_5 + t1_4);
        matmul_4[t2 + i_2] = total_2;
        matmul_4[t2 + i_2 + 1] = total_3;
        matmul_4[t2 + i_2 + 2] = total_4;
        matmul_4[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // permute_3 from matmul_4
  function compute_permute_3(size_N) {
    for (let i = 0; i < 20; i++) {
      const t0 = 0 <= ((i + -19) | 0);
      const t1 = i * (24 * size_N);
      for (let i_2 = 0; i_2 < 24 * size_N; i_2++) {
        permute_3[t1 + i_2] = t0 ? matmul_4[i_2] : 0;
      }
    }
  }

  // cotangent from broadcast_to
  function start_cotangent(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      cotangent[i] = broadcast_to[i];
    }
  }

  // scan_result_8
  function compute_scan_result_8(size_N, t) {
    const t1 = t * (24 * size_N);
    const t8 = t * (72 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t0 = i * 24;
      const t2 = (t1 + t0) | 0;
      const t9 = (t8 + Math.imul(i, 72)) | 0;
      for (let i_2 = 0; i_2 < 24; i_2++) {
        const t3 = (t2 + i_2) | 0;
        const t4 = Math.fround(cotangent[t0 + i_2] + permute_3[t3]);
        const t5 = scan_result_4[t3];
        const t6 = scan_result_3[t3];
        const t7 = Math.fround(
          Math.fround(t4 - Math.fround(t4 * t5)) * Math.fround(1 - Math.fround(t6 * t6)),
        );
        const t10 = (t9 + i_2) | 0;
        const t11 = (t10 + 48) | 0;
        const t12 = scan_result_2[t3];
        const t13 = Math.fround(Math.fround(t7 * scan_result[t11]) * Math.fround(t12 * Math.fround(1 - t12)));
        const t14 = Math.fround(Math.fround(t4 * scan_result_5[t3]) * Math.fround(t5 * Math.fround(1 - t5)));
        const t15 = (t10 + 24) | 0;
        scan_result_8[t10] = t13;
        scan_result_8[t15] = t14;
        scan_result_8[t11] = Math.fround(t7 * t12);
        scan_result_9[t10] = t13;
        scan_result_9[t15] = t14;
        scan_result_9[t11] = t7;
      }
    }
  }

  // cotangent from cotangent, scan_result_8, memory_weight_hh_l0, permute_3, scan_result_4
  function update_cotangent(size_N, t) {
    const t3 = t * (24 * size_N);
    const t6 = t * (72 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t0 = i * 24;
      const t4 = (t3 + t0) | 0;
      for (let i_2 = 0; i_2 < 24; i_2 += 4) {
        const t2 = cotangent[t0 + i_2];
        const t2_2 = cotangent[t0 + i_2 + 1];
        const t2_3 = cotangent[t0 + i_2 + 2];
        const t2_4 = cotangent[t0 + i_2 + 3];
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const scan_result_at = t6 + i * 72;
        for (let k = 0; k < 72; k++) {
          const v = scan_result_8[scan_result_at + k];
          const v_2 = Math.fround(v * memory_weight_hh_l0[i_2 + k * 24]);
          total_2 = Math.fround(total_2 + v_2);
          const v_3 = Math.fround(v * memory_weight_hh_l0[i_2 + k * 24 + 1]);
          total_3 = Math.fround(total_3 + v_3);
          const v_4 = Math.fround(v * memory_weight_hh_l0[i_2 + k * 24 + 2]);
          total_4 = Math.fround(total_4 + v_4);
          const v_5 = Math.fround(v * memory_weight_hh_l0[i_2 + k * 24 + 3]);
          total_5 = Math.fround(total_5 + v_5);
        }
        const v = Math.fround(Math.fround(t2 + permute_3[t4 + i_2]) * scan_result_4[t4 + i_2]);
        cotangent[t0 + i_2] = Math.fround(v + total_2);
        const v_2 = Math.fround(Math.fround(t2_2 + permute_3[t4 + i_2 + 1]) * scan_result_4[t4 + i_2 + 1]);
        cotangent[t0 + i_2 + 1] = Math.fround(v_2 + total_3);
        const v_3 = Math.fround(Math.fround(t2_3 + permute_3[t4 + i_2 + 2]) * scan_result_4[t4 + i_2 + 2]);
        cotangent[t0 + i_2 + 2] = Math.fround(v_3 + total_4);
        const v_4 = Math.fround(Math.fround(t2_4 + permute_3[t4 + i_2 + 3]) * scan_result_4[t4 + i_2 + 3]);
        cotangent[t0 + i_2 + 3] = Math.fround(v_4 + total_5);
      }
    }
  }

  // matmul_5 from scan_result_8, scan_result_7
  function compute_matmul_5(size_N) {
    for (let i = 0; i < 72; i++) {
      const t0 = i * 24;
      for (let i_2 = 0; i_2 < 24; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        for (let k = 0; k < 20 * size_N; k++) {
          const v = scan_result_8[i + k * 72];
          total_2 = Math.fround(total_2 + Math.fround(v * scan_result_7[i_2 + k * 24]));
          const v_2 = Math.fround(v * scan_result_7[i_2 + k * 24 + 1]);
          total_3 = Math.fround(total_3 + v_2);
          const v_3 = Math.fround(v * scan_result_7[i_2 + k * 24 + 2]);
          total_4 = Math.fround(total_4 + v_3);
          const v_4 = Math.fround(v * scan_result_7[i_2 + k * 24 + 3]);
          total_5 = Math.fround(total_5 + v_4);
        }
        matmul_5[t0 + i_2] = total_2;
        matmul_5[t0 + i_2 + 1] = total_3;
        matmul_5[t0 + i_2 + 2] = total_4;
        matmul_5[t0 + i_2 + 3] = total_5;
      }
    }
  }

  // sum_2 from scan_result_8
  function compute_sum_2(size_N) {
    let i = 0;
    for (; i + 3 < 72 * size_N; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      for (let r = 0; r < 20; r++) {
        total_2 = Math.fround(total_2 + scan_result_8[i + r * size_N * 72]);
        total_3 = Math.fround(total_3 + scan_result_8[i + r * size_N * 72 + 1]);
        total_4 = Math.fround(total_4 + scan_result_8[i + r * size_N * 72 + 2]);
        total_5 = Math.fround(total_5 + scan_result_8[i + r * size_N * 72 + 3]);
      }
      sum_2[i] = total_2;
      sum_2[i + 1] = total_3;
      sum_2[i + 2] = total_4;
      sum_2[i + 3] = total_5;
    }
    for (; i < 72 * size_N; i++) {
      let total_2 = 0;
      for (let r = 0; r < 20; r++) {
        total_2 = Math.fround(total_2 + scan_result_8[i + r * size_N * 72]);
      }
      sum_2[i] = total_2;
    }
  }

  // sum_3 from sum_2
  function compute_sum_3(size_N) {
    for (let i = 0; i < 72; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      for (let r = 0; r < size_N; r++) {
        total_2 = Math.fround(total_2 + sum_2[i + r * 72]);
        total_3 = Math.fround(total_3 + sum_2[i + r * 72 + 1]);
        total_4 = Math.fround(total_4 + sum_2[i + r * 72 + 2]);
        total_5 = Math.fround(total_5 + sum_2[i + r * 72 + 3]);
      }
      sum_3[i] = total_2;
      sum_3[i + 1] = total_3;
      sum_3[i + 2] = total_4;
      sum_3[i + 3] = total_5;
    }
  }

  // sum_4 from sum_3
  function compute_sum_4(size_N) {
    lanes.fill(0);
    for (let r = 0; r < 72; r++) {
      const t0 = sum_3[r];
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + Math.fround(t0 * t0));
    }
    const total_2 = joinSum32();
    sum_4[0] = total_2;
  }

  // sum_5 from matmul_5
  function compute_sum_5(size_N) {
    lanes.fill(0);
    for (let r = 0; r < 1728; r++) {
      const t0 = matmul_5[r];
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + Math.fround(t0 * t0));
    }
    const total_2 = joinSum32();
    sum_5[0] = total_2;
  }

  // matmul_6 from permute_2, scan_result_9
  function compute_matmul_6(size_N) {
    for (let i = 0; i < 2; i++) {
      const t1 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const permute_at = i * size_N * 20;
        for (let k = 0; k < 20 * size_N; k++) {
          const v = permute_2[permute_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * scan_result_9[i_2 + k * 72]));
          const v_2 = Math.fround(v * scan_result_9[i_2 + k * 72 + 1]);
          total_3 = Math.fround(total_3 + v_2);
          const v_3 = Math.fround(v * scan_result_9[i_2 + k * 72 + 2]);
          total_4 = Math.fround(total_4 + v_3);
          const v_4 = Math.fround(v * scan_result_9[i_2 + k * 72 + 3]);
          total_5 = Math.fround(total_5 + v_4);
        }
        matmul_6[t1 + i_2] = total_2;
        matmul_6[t1 + i_2 + 1] = total_3;
        matmul_6[t1 + i_2 + 2] = total_4;
        matmul_6[t1 + i_2 + 3] = total_5;
      }
    }
  }

  // sum_6 from scan_result_9
  function compute_sum_6(size_N) {
    for (let i = 0; i < 72; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      for (let r = 0; r < 20 * size_N; r++) {
        total_2 = Math.fround(total_2 + scan_result_9[i + r * 72]);
        total_3 = Math.fround(total_3 + scan_result_9[i + r * 72 + 1]);
        total_4 = Math.fround(total_4 + scan_result_9[i + r * 72 + 2]);
        total_5 = Math.fround(total_5 + scan_result_9[i + r * 72 + 3]);
      }
      sum_6[i] = total_2;
      sum_6[i + 1] = total_3;
      sum_6[i + 2] = total_4;
      sum_6[i + 3] = total_5;
    }
  }

  // sum_7 from sum_6
  function compute_sum_7(size_N) {
    lanes.fill(0);
    for (let r = 0; r < 72; r++) {
      const t0 = sum_6[r];
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + Math.fround(t0 * t0));
    }
    const total_2 = joinSum32();
    sum_7[0] = total_2;
  }

  // sum_8 from matmul_6
  function compute_sum_8(size_N) {
    lanes.fill(0);
    let lane = 0;
    for (let r = 0; r < 72; r++) {
      for (let r_2 = 0; r_2 < 2; r_2++) {
        const t0 = matmul_6[r_2 * 72 + r];
        lanes[lane] = Math.fround(lanes[lane] + Math.fround(t0 * t0));
        lane = (lane + 1) & 15;
      }
    }
    const total_2 = joinSum32();
    sum_8[0] = total_2;
  }

  // cast_3 from matmul_3, sum, clip_by_global_norm_max, sum_8, sum_5, sum_7, sum_4
  function compute_cast_3(size_N) {
    lanes.fill(0);
    let lane = 0;
    for (let r = 0; r < 1; r++) {
      for (let r_2 = 0; r_2 < 24; r_2++) {
        const t0 = matmul_3[r_2];
        lanes[lane] = Math.fround(lanes[lane] + Math.fround(t0 * t0));
        lane = (lane + 1) & 15;
      }
    }
    const total_2 = joinSum32();
    const t1 = sum[0];
    const v = sum_8[0] + sum_5[0] + sum_7[0] + sum_4[0] + total_2;
    const v_2 = Math.sqrt(v + Math.fround(Math.fround(t1 * t1) + 0));
    const v_3 = clip_by_global_norm_max[0] / (v_2 + 0.000001);
    cast_3[0] = Math.fround(Math.min(v_3, 1));
  }

  // memory_weight_hh_l0
  function update_memory_weight_hh(size_N) {
    const t2 = cast_3[0];
    const t4 = Math.fround(1 - beta1[0]);
    const t6 = cast[0];
    const t8 = beta2[0];
    const t9 = Math.fround(t8);
    const t10 = Math.fround(1 - t8);
    const t12 = cast_2[0];
    const t13 = Math.fround(eps[0]);
    for (let i = 0; i < 1728; i++) {
      const t0 = memory_weight_hh_l0[i];
      const t1 = memory_weight_hh_l0_exp[i];
      const t3 = Math.fround(matmul_5[i] * t2);
      const t5 = Math.fround(t1 + Math.fround(Math.fround(t3 - t1) * t4));
      const t7 = memory_weight_hh_l0_exp_2[i];
      const t11 = Math.fround(Math.fround(t7 * t9) + Math.fround(Math.fround(t3 * t3) * t10));
      const v = Math.fround(Math.fround(Math.sqrt(t11)) / t12);
      const v_2 = Math.fround(Math.fround(t5 * t6) / Math.fround(v + t13));
      memory_weight_hh_l0[i] = Math.fround(t0 - v_2);
      memory_weight_hh_l0_exp[i] = Math.abs(t5) < 1.1754943508222875e-38 ? 0 : t5;
      memory_weight_hh_l0_exp_2[i] = Math.abs(t11) < 1.1754943508222875e-38 ? 0 : t11;
    }
  }

  // memory_weight_ih_l0
  function update_memory_weight_ih(size_N) {
    const t4 = cast_3[0];
    const t6 = Math.fround(1 - beta1[0]);
    const t8 = cast[0];
    const t10 = beta2[0];
    const t11 = Math.fround(t10);
    const t12 = Math.fround(1 - t10);
    const t14 = cast_2[0];
    const t15 = Math.fround(eps[0]);
    for (let i = 0; i < 72; i++) {
      const t0 = i * 2;
      for (let i_2 = 0; i_2 < 2; i_2++) {
        const t1 = (t0 + i_2) | 0;
        const t2 = memory_weight_ih_l0[t1];
        const t3 = memory_weight_ih_l0_exp[t1];
        const t5 = Math.fround(matmul_6[i_2 * 72 + i] * t4);
        const t7 = Math.fround(t3 + Math.fround(Math.fround(t5 - t3) * t6));
        const t9 = memory_weight_ih_l0_exp_2[t1];
        const t13 = Math.fround(Math.fround(t9 * t11) + Math.fround(Math.fround(t5 * t5) * t12));
        const v = Math.fround(Math.fround(Math.sqrt(t13)) / t14);
        const v_2 = Math.fround(Math.fround(t7 * t8) / Math.fround(v + t15));
        memory_weight_ih_l0[t1] = Math.fround(t2 - v_2);
        memory_weight_ih_l0_exp[t1] = Math.abs(t7) < 1.1754943508222875e-38 ? 0 : t7;
        memory_weight_ih_l0_exp_2[t1] = Math.abs(t13) < 1.1754943508222875e-38 ? 0 : t13;
      }
    }
  }

  // head_weight
  function update_head_weight(size_N) {
    const t2 = cast_3[0];
    const t4 = Math.fround(1 - beta1[0]);
    const t6 = cast[0];
    const t8 = beta2[0];
    const t9 = Math.fround(t8);
    const t10 = Math.fround(1 - t8);
    const t12 = cast_2[0];
    const t13 = Math.fround(eps[0]);
    for (let i = 0; i < 24; i++) {
      const t0 = head_weight[i];
      const t1 = head_weight_exp_avg[i];
      const t3 = Math.fround(matmul_3[i] * t2);
      const t5 = Math.fround(t1 + Math.fround(Math.fround(t3 - t1) * t4));
      const t7 = head_weight_exp_avg_sq[i];
      const t11 = Math.fround(Math.fround(t7 * t9) + Math.fround(Math.fround(t3 * t3) * t10));
      const v = Math.fround(Math.fround(Math.sqrt(t11)) / t12);
      const v_2 = Math.fround(Math.fround(t5 * t6) / Math.fround(v + t13));
      head_weight[i] = Math.fround(t0 - v_2);
      head_weight_exp_avg[i] = Math.abs(t5) < 1.1754943508222875e-38 ? 0 : t5;
      head_weight_exp_avg_sq[i] = Math.abs(t11) < 1.1754943508222875e-38 ? 0 : t11;
    }
  }

  // add_3
  function update_memory_bias_ih_l0(size_N) {
    const t1 = cast_3[0];
    const t3 = Math.fround(1 - beta1[0]);
    const t5 = beta2[0];
    const t6 = Math.fround(t5);
    const t7 = Math.fround(1 - t5);
    const t10 = cast[0];
    const t11 = cast_2[0];
    const t12 = Math.fround(eps[0]);
    const t18 = head_bias_exp_avg[0];
    const t19 = Math.fround(sum[0] * t1);
    add_7[0] = Math.fround(t18 + Math.fround(Math.fround(t19 - t18) * t3));
    add_8[0] = Math.fround(
      Math.fround(head_bias_exp_avg_sq[0] * t6) + Math.fround(Math.fround(t19 * t19) * t7),
    );
    for (let i = 0; i < 72; i++) {
      const t0 = memory_bias_ih_l0_exp_av[i];
      const t2 = Math.fround(sum_6[i] * t1);
      const t4 = Math.fround(t0 + Math.fround(Math.fround(t2 - t0) * t3));
      const v = Math.fround(memory_bias_ih_l0_exp_av_2[i] * t6);
      const t8 = Math.fround(v + Math.fround(Math.fround(t2 * t2) * t7));
      const t9 = memory_bias_ih_l0[i];
      const t13 = memory_bias_hh_l0_exp_av[i];
      const t14 = Math.fround(sum_3[i] * t1);
      const t15 = Math.fround(t13 + Math.fround(t3 * Math.fround(t14 - t13)));
      const v_2 = Math.fround(t6 * memory_bias_hh_l0_exp_av_2[i]);
      const t16 = Math.fround(v_2 + Math.fround(t7 * Math.fround(t14 * t14)));
      const t17 = memory_bias_hh_l0[i];
      add_3[i] = t4;
      add_4[i] = t8;
      const v_3 = Math.fround(Math.fround(Math.sqrt(t8)) / t11);
      const v_4 = Math.fround(Math.fround(t4 * t10) / Math.fround(v_3 + t12));
      memory_bias_ih_l0[i] = Math.fround(t9 - v_4);
      add_5[i] = t15;
      add_6[i] = t16;
      const v_5 = Math.fround(Math.fround(Math.sqrt(t16)) / t11);
      const v_6 = Math.fround(Math.fround(t10 * t15) / Math.fround(t12 + v_5));
      memory_bias_hh_l0[i] = Math.fround(t17 - v_6);
    }
  }

  // memory_bias_ih_l0_exp_av from add_3
  function update_memory_bias_ih_l0_2(size_N) {
    for (let i = 0; i < 72; i++) {
      const t0 = add_3[i];
      memory_bias_ih_l0_exp_av[i] = Math.abs(t0) < 1.1754943508222875e-38 ? 0 : t0;
    }
  }

  // memory_bias_ih_l0_exp_av_2 from add_4
  function update_memory_bias_ih_l0_3(size_N) {
    for (let i = 0; i < 72; i++) {
      const t0 = add_4[i];
      memory_bias_ih_l0_exp_av_2[i] = Math.abs(t0) < 1.1754943508222875e-38 ? 0 : t0;
    }
  }

  // memory_bias_hh_l0_exp_av from add_5
  function update_memory_bias_hh_l0(size_N) {
    for (let i = 0; i < 72; i++) {
      const t0 = add_5[i];
      memory_bias_hh_l0_exp_av[i] = Math.abs(t0) < 1.1754943508222875e-38 ? 0 : t0;
    }
  }

  // memory_bias_hh_l0_exp_av_2 from add_6
  function update_memory_bias_hh_l0_2(size_N) {
    for (let i = 0; i < 72; i++) {
      const t0 = add_6[i];
      memory_bias_hh_l0_exp_av_2[i] = Math.abs(t0) < 1.1754943508222875e-38 ? 0 : t0;
    }
  }

  // head_bias
  function update_head_bias(size_N) {
    const t0 = head_bias[0];
    const t1 = add_7[0];
    const t2 = add_8[0];
    const v = Math.fround(Math.fround(Math.sqrt(t2)) / cast_2[0]);
    const v_2 = Math.fround(Math.fround(t1 * cast[0]) / Math.fround(v + Math.fround(eps[0])));
    head_bias[0] = Math.fround(t0 - v_2);
    head_bias_exp_avg[0] = Math.abs(t1) < 1.1754943508222875e-38 ? 0 : t1;
    head_bias_exp_avg_sq[0] = Math.abs(t2) < 1.1754943508222875e-38 ? 0 : t2;
  }

  // permute_4 from pairs
  function compute_permute_4(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = (Math.imul(i % size_N, 40) + Math.imul((i / size_N) | 0, 2)) | 0;
      const t1 = i * 2;
      for (let i_2 = 0; i_2 < 2; i_2++) {
        permute_4[t1 + i_2] = pairs[t0 + i_2];
      }
    }
  }

  // matmul_7 from permute_4, memory_weight_ih_l0
  function compute_matmul_7(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t2 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const permute_at = i * 2;
        const memory_weight_ih_l0_at = i_2 * 2;
        for (let k = 0; k < 2; k++) {
          const v = permute_4[permute_at + k];
          const v_2 = memory_weight_ih_l0[memory_weight_ih_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 2];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 4];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 6];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        matmul_7[t2 + i_2] = total_2;
        matmul_7[t2 + i_2 + 1] = total_3;
        matmul_7[t2 + i_2 + 2] = total_4;
        matmul_7[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // add_9 from matmul_7, memory_bias_ih_l0
  function compute_add_9(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2++) {
        const t1 = (t0 + i_2) | 0;
        add_9[t1] = Math.fround(matmul_7[t1] + memory_bias_ih_l0[i_2]);
      }
    }
  }

  // broadcast_to_2
  function compute_broadcast_to_2(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      broadcast_to_2[i] = 0;
    }
  }

  // state0_2 from broadcast_to_2
  function start_state0_2(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      state0_2[i] = broadcast_to_2[i];
    }
  }

  // matmul_8 from state0_2, memory_weight_hh_l0
  function compute_matmul_8(size_N, t) {
    for (let i = 0; i < size_N; i++) {
      const t2 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const state0_at = i * 24;
        const memory_weight_hh_l0_at = i_2 * 24;
        for (let k = 0; k < 24; k++) {
          const v = state0_2[state0_at + k];
          const v_2 = memory_weight_hh_l0[memory_weight_hh_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 24];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 48];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 72];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        matmul_8[t2 + i_2] = total_2;
        matmul_8[t2 + i_2 + 1] = total_3;
        matmul_8[t2 + i_2 + 2] = total_4;
        matmul_8[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // state0_2, scan_result_10 from add_9, matmul_8, memory_bias_hh_l0, state0_2
  function update_state0_2(size_N, t) {
    const t0 = t * (72 * size_N);
    const t10 = t * (24 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t1 = (t0 + Math.imul(i, 72)) | 0;
      const t3 = i * 72;
      const t6 = i * 24;
      const t11 = (t10 + t6) | 0;
      for (let i_2 = 0; i_2 < 24; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const t4 = (t3 + i_2) | 0;
        const v = Math.fround(matmul_8[t4] + memory_bias_hh_l0[i_2]);
        const v_2 = Math.fround(sigmoid_f64(Math.fround(add_9[t2] + v)));
        const v_3 = Math.fround(matmul_8[t4 + 48] + memory_bias_hh_l0[i_2 + 48]);
        const v_4 = Math.fround(add_9[t2 + 48] + Math.fround(v_2 * v_3));
        const t5 = Math.fround(tanh_f64(v_4));
        const t7 = (t6 + i_2) | 0;
        const t8 = state0_2[t7];
        const v_5 = Math.fround(matmul_8[t4 + 24] + memory_bias_hh_l0[i_2 + 24]);
        const v_6 = Math.fround(sigmoid_f64(Math.fround(add_9[t2 + 24] + v_5)));
        const t9 = Math.fround(t5 + Math.fround(v_6 * Math.fround(t8 - t5)));
        state0_2[t7] = t9;
        scan_result_10[t11 + i_2] = t9;
      }
    }
  }

  // matmul_9 from scan_result_10, head_weight
  function compute_matmul_9(size_N) {
    const t0 = 19 * (24 * size_N);
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = head_weight[k];
        const v_2 = Math.fround(scan_result_10[scan_result_at + k] * v);
        total_2 = Math.fround(total_2 + v_2);
        const v_3 = Math.fround(scan_result_10[scan_result_at + k + 24] * v);
        total_3 = Math.fround(total_3 + v_3);
        const v_4 = Math.fround(scan_result_10[scan_result_at + k + 48] * v);
        total_4 = Math.fround(total_4 + v_4);
        const v_5 = Math.fround(scan_result_10[scan_result_at + k + 72] * v);
        total_5 = Math.fround(total_5 + v_5);
      }
      matmul_9[i] = total_2;
      matmul_9[i + 1] = total_3;
      matmul_9[i + 2] = total_4;
      matmul_9[i + 3] = total_5;
    }
    for (; i < size_N; i++) {
      let total_2 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = Math.fround(scan_result_10[scan_result_at + k] * head_weight[k]);
        total_2 = Math.fround(total_2 + v);
      }
      matmul_9[i] = total_2;
    }
  }

  // loss from head_bias, matmul_9, total
  function compute_loss_2(size_N) {
    const t0 = head_bias[0];
    lanes.fill(0);
    for (let r = 0; r < size_N; r++) {
      const t1 = Math.fround(Math.fround(matmul_9[r] + t0) - total[r]);
      const lane = r & 15;
      lanes[lane] = Math.fround(lanes[lane] + Math.fround(t1 * t1));
    }
    const total_2 = joinSum32();
    loss[0] = Math.fround(total_2 / Math.fround(size_N));
  }

  // loss_weight
  function compute_loss_weight_2(size_N) {
    loss_weight[0] = Math.fround(size_N);
  }

  // permute_5 from pairs
  function compute_permute_5(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = (Math.imul(i % size_N, 40) + Math.imul((i / size_N) | 0, 2)) | 0;
      const t1 = i * 2;
      for (let i_2 = 0; i_2 < 2; i_2++) {
        permute_5[t1 + i_2] = pairs[t0 + i_2];
      }
    }
  }

  // matmul_10 from permute_5, memory_weight_ih_l0
  function compute_matmul_10(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t2 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const permute_at = i * 2;
        const memory_weight_ih_l0_at = i_2 * 2;
        for (let k = 0; k < 2; k++) {
          const v = permute_5[permute_at + k];
          const v_2 = memory_weight_ih_l0[memory_weight_ih_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 2];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 4];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_ih_l0[memory_weight_ih_l0_at + k + 6];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        matmul_10[t2 + i_2] = total_2;
        matmul_10[t2 + i_2 + 1] = total_3;
        matmul_10[t2 + i_2 + 2] = total_4;
        matmul_10[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // add_10 from matmul_10, memory_bias_ih_l0
  function compute_add_10(size_N) {
    for (let i = 0; i < 20 * size_N; i++) {
      const t0 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2++) {
        const t1 = (t0 + i_2) | 0;
        add_10[t1] = Math.fround(matmul_10[t1] + memory_bias_ih_l0[i_2]);
      }
    }
  }

  // broadcast_to_3
  function compute_broadcast_to_3(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      broadcast_to_3[i] = 0;
    }
  }

  // state0_3 from broadcast_to_3
  function start_state0_3(size_N) {
    for (let i = 0; i < 24 * size_N; i++) {
      state0_3[i] = broadcast_to_3[i];
    }
  }

  // matmul_11 from state0_3, memory_weight_hh_l0
  function compute_matmul_11(size_N, t) {
    for (let i = 0; i < size_N; i++) {
      const t2 = i * 72;
      for (let i_2 = 0; i_2 < 72; i_2 += 4) {
        let total_2 = 0;
        let total_3 = 0;
        let total_4 = 0;
        let total_5 = 0;
        const state0_at = i * 24;
        const memory_weight_hh_l0_at = i_2 * 24;
        for (let k = 0; k < 24; k++) {
          const v = state0_3[state0_at + k];
          const v_2 = memory_weight_hh_l0[memory_weight_hh_l0_at + k];
          total_2 = Math.fround(total_2 + Math.fround(v * v_2));
          const v_3 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 24];
          total_3 = Math.fround(total_3 + Math.fround(v * v_3));
          const v_4 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 48];
          total_4 = Math.fround(total_4 + Math.fround(v * v_4));
          const v_5 = memory_weight_hh_l0[memory_weight_hh_l0_at + k + 72];
          total_5 = Math.fround(total_5 + Math.fround(v * v_5));
        }
        matmul_11[t2 + i_2] = total_2;
        matmul_11[t2 + i_2 + 1] = total_3;
        matmul_11[t2 + i_2 + 2] = total_4;
        matmul_11[t2 + i_2 + 3] = total_5;
      }
    }
  }

  // state0_3, scan_result_11 from add_10, matmul_11, memory_bias_hh_l0, state0_3
  function update_state0_3(size_N, t) {
    const t0 = t * (72 * size_N);
    const t10 = t * (24 * size_N);
    for (let i = 0; i < size_N; i++) {
      const t1 = (t0 + Math.imul(i, 72)) | 0;
      const t3 = i * 72;
      const t6 = i * 24;
      const t11 = (t10 + t6) | 0;
      for (let i_2 = 0; i_2 < 24; i_2++) {
        const t2 = (t1 + i_2) | 0;
        const t4 = (t3 + i_2) | 0;
        const v = Math.fround(matmul_11[t4] + memory_bias_hh_l0[i_2]);
        const v_2 = Math.fround(sigmoid_f64(Math.fround(add_10[t2] + v)));
        const v_3 = Math.fround(matmul_11[t4 + 48] + memory_bias_hh_l0[i_2 + 48]);
        const v_4 = Math.fround(add_10[t2 + 48] + Math.fround(v_2 * v_3));
        const t5 = Math.fround(tanh_f64(v_4));
        const t7 = (t6 + i_2) | 0;
        const t8 = state0_3[t7];
        const v_5 = Math.fround(matmul_11[t4 + 24] + memory_bias_hh_l0[i_2 + 24]);
        const v_6 = Math.fround(sigmoid_f64(Math.fround(add_10[t2 + 24] + v_5)));
        const t9 = Math.fround(t5 + Math.fround(v_6 * Math.fround(t8 - t5)));
        state0_3[t7] = t9;
        scan_result_11[t11 + i_2] = t9;
      }
    }
  }

  // answer from head_bias, scan_result_11, head_weight
  function compute_answer(size_N) {
    const t0 = 19 * (24 * size_N);
    const t2 = head_bias[0];
    let i = 0;
    for (; i + 3 < size_N; i += 4) {
      let total_2 = 0;
      let total_3 = 0;
      let total_4 = 0;
      let total_5 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = head_weight[k];
        const v_2 = Math.fround(scan_result_11[scan_result_at + k] * v);
        total_2 = Math.fround(total_2 + v_2);
        const v_3 = Math.fround(scan_result_11[scan_result_at + k + 24] * v);
        total_3 = Math.fround(total_3 + v_3);
        const v_4 = Math.fround(scan_result_11[scan_result_at + k + 48] * v);
        total_4 = Math.fround(total_4 + v_4);
        const v_5 = Math.fround(scan_result_11[scan_result_at + k + 72] * v);
        total_5 = Math.fround(total_5 + v_5);
      }
      answer[i] = Math.fround(total_2 + t2);
      answer[i + 1] = Math.fround(total_3 + t2);
      answer[i + 2] = Math.fround(total_4 + t2);
      answer[i + 3] = Math.fround(total_5 + t2);
    }
    for (; i < size_N; i++) {
      let total_2 = 0;
      const scan_result_at = t0 + i * 24;
      for (let k = 0; k < 24; k++) {
        const v = Math.fround(scan_result_11[scan_result_at + k] * head_weight[k]);
        total_2 = Math.fround(total_2 + v);
      }
      answer[i] = Math.fround(total_2 + t2);
    }
  }

  function initial() {
    init_memory_weight_ih_l0();
    init_memory_weight_hh_l0();
    init_memory_bias_ih_l0();
    init_head_weight();
    init_memory_weight_ih_l0_2();
    init_memory_weight_hh_l0_2();
    init_memory_bias_ih_l0_e();
    init_head_weight_exp_avg();
    init_head_bias_exp_avg();
    init_step();
  }

  function step(size_N) {
    compute_loss_weight(size_N);
    compute_broadcast_to(size_N);
    compute_permute(size_N);
    compute_matmul(size_N);
    compute_add(size_N);
    start_state0(size_N);
    for (let t = 0; t < 20; t++) {
      compute_scan_result(size_N, t);
      update_state0(size_N, t);
    }
    compute_matmul_2(size_N);
    compute_loss(size_N);
    // Nothing has been written yet: a loss that is not finite leaves all state as it was.
    if (!Number.isFinite(loss[0])) return false;
    compute_permute_2(size_N);
    compute_add_2(size_N);
    compute_matmul_3(size_N);
    update_step(size_N);
    compute_sum(size_N);
    compute_matmul_4(size_N);
    compute_permute_3(size_N);
    start_cotangent(size_N);
    for (let t = 20 - 1; t >= 0; t--) {
      compute_scan_result_8(size_N, t);
      update_cotangent(size_N, t);
    }
    compute_matmul_5(size_N);
    compute_sum_2(size_N);
    compute_sum_3(size_N);
    compute_sum_4(size_N);
    compute_sum_5(size_N);
    compute_matmul_6(size_N);
    compute_sum_6(size_N);
    compute_sum_7(size_N);
    compute_sum_8(size_N);
    compute_cast_3(size_N);
    update_memory_weight_hh(size_N);
    update_memory_weight_ih(size_N);
    update_head_weight(size_N);
    update_memory_bias_ih_l0(size_N);
    update_memory_bias_ih_l0_2(size_N);
    update_memory_bias_ih_l0_3(size_N);
    update_memory_bias_hh_l0(size_N);
    update_memory_bias_hh_l0_2(size_N);
    update_head_bias(size_N);
    return true;
  }

  function evaluate(size_N) {
    compute_permute_4(size_N);
    compute_matmul_7(size_N);
    compute_add_9(size_N);
    compute_broadcast_to_2(size_N);
    start_state0_2(size_N);
    for (let t = 0; t < 20; t++) {
      compute_matmul_8(size_N, t);
      update_state0_2(size_N, t);
    }
    compute_matmul_9(size_N);
    compute_loss_2(size_N);
    compute_loss_weight_2(size_N);
  }

  function predict(size_N) {
    compute_permute_5(size_N);
    compute_matmul_10(size_N);
    compute_add_10(size_N);
    compute_broadcast_to_3(size_N);
    start_state0_3(size_N);
    for (let t = 0; t < 20; t++) {
      compute_matmul_11(size_N, t);
      update_state0_3(size_N, t);
    }
    compute_answer(size_N);
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

function sigmoid_f64(x) {
  const t = -Math.abs(x);
  const shifted = t * 1.4426950408889634 + 6755399441055744;
  const n = shifted - 6755399441055744;
  const k = lowWord(shifted);
  const high = t - n * 0.6931471803691238;
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
  const high3 = high2 + low2;
  const low3 = low2 - (high3 - high2);
  const half = lowWord(n * 0.5 + 6755399441055744);
  const scale = powers[(half + 1023) & 4095];
  const scale2 = powers[(((k - half) | 0) + 1023) & 4095];
  const z = high3 * scale * scale2;
  const zLow = low3 * scale * scale2;
  const high4 = 1 + z;
  const low4 = z - (high4 - 1);
  const inverse = 1 / high4;
  const c = inverse * 134217729;
  const head = c - (c - inverse);
  const c2 = high4 * 134217729;
  const head2 = c2 - (c2 - high4);
  const v_8 = 1 - head * head2 - head * (high4 - head2) - head * (low4 + zLow);
  const tail = inverse * v_8;
  const c3 = z * 134217729;
  const head3 = c3 - (c3 - z);
  const v_9 = head3 * head + ((z - head3) * head + z * tail + zLow * head);
  const v_10 = x < 0 ? v_9 : head + tail;
  const v_11 = x < -745.1332191019412 ? 0 : v_10;
  return 40 < x ? 1 : v_11;
}

function tanh_f64(x) {
  const a = Math.abs(x);
  const twice = a * 2;
  const shifted = twice * 1.4426950408889634 + 6755399441055744;
  const n = shifted - 6755399441055744;
  const k = lowWord(shifted);
  const high = twice - n * 0.6931471803691238;
  const beyond = n * 1.9082149292705877e-10;
  const r = high - beyond;
  const square = r * r;
  const inverse = n < 64 ? powers[((-k | 0) + 1023) & 4095] : 0;
  const less = 1 - inverse;
  const high2 = less + high;
  const low = high - (high2 - less);
  const v = 2.5115291381030774e-8 * square + 0.000002755722527164606;
  const v_2 = (v * square + 0.00019841269906227868) * square;
  const v_3 = (v_2 + 0.008333333333312968) * square + 0.16666666666666688;
  const v_4 = 2.101429486132145e-9 * square + 2.7556978784414885e-7;
  const v_5 = (v_4 * square + 0.000024801587629922473) * square;
  const v_6 = (v_5 + 0.0013888888888757107) * square + 0.041666666666666845;
  const v_7 = square * 0.5 + square * r * (v_3 + r * v_6) - beyond;
  const low2 = low + (v_7 + (1 - less - inverse));
  const scale = powers[(k + 1023) & 4095];
  const x2 = high2 * scale;
  const y = low2 * scale;
  const high3 = x2 + y;
  const low3 = y - (high3 - x2);
  const high4 = high3 + 2;
  const rest = high4 - high3;
  const low4 = high3 - (high4 - rest) + (2 - rest);
  const q = high3 / high4;
  const c = q * 134217729;
  const head = c - (c - q);
  const tail = q - head;
  const c2 = high4 * 134217729;
  const head2 = c2 - (c2 - high4);
  const tail2 = high4 - head2;
  const product = q * high4;
  const v_8 = product - head * head2 - tail * head2 - head * tail2;
  const low5 = tail * tail2 - v_8;
  const v_9 = high3 - product - low5 + low3 - q * (low4 + low3);
  const low6 = v_9 / high4;
  const v_10 = 20 < a ? 1 : q + low6;
  return copysign(v_10, x);
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
