`timescale 1 ps/1 ps

// Into both ends and beyond, both buttons, load against count and reset, then random inputs that lean
// to one side for long stretches.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_q;
        int errortime_q;
        int errors_at_max;
        int errortime_at_max;
        int errors_at_min;
        int errortime_at_min;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic resetn;
    logic load;
    logic up;
    logic down;
    logic [3:0] d;
    logic [3:0] q_ref;
    logic [3:0] q_dut;
    logic at_max_ref;
    logic at_max_dut;
    logic at_min_ref;
    logic at_min_dut;

    RefModule good1 (
        .clk(clk),
        .resetn(resetn),
        .load(load),
        .up(up),
        .down(down),
        .d(d),
        .q(q_ref),
        .at_max(at_max_ref),
        .at_min(at_min_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .resetn(resetn),
        .load(load),
        .up(up),
        .down(down),
        .d(d),
        .q(q_dut),
        .at_max(at_max_dut),
        .at_min(at_min_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 69857;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    int lean;
    initial begin
        {resetn, load, up, down, d} = 8'b0_1_1_0_0011;
        @(negedge clk);
        @(negedge clk) {resetn, load, up, down} = 4'b1010;
        repeat (10) @(negedge clk);
        {up, down} = 2'b11;
        repeat (2) @(negedge clk);
        {up, down} = 2'b01;
        repeat (18) @(negedge clk);
        {up, down} = 2'b11;
        repeat (2) @(negedge clk);
        {load, up, down, d} = 7'b1_1_0_1111;
        @(negedge clk);
        {load, up, down, d} = 7'b1_0_1_0101;
        @(negedge clk) load = 0; resetn = 0;
        // Raised again before the rising edge: a synchronous reset does not see it.
        #2 resetn = 1;
        @(negedge clk) ;
        repeat (3000) @(negedge clk) begin
            if (pick(20) == 0) lean = pick(3);
            up = pick(4) < 1 + lean;
            down = pick(4) < 3 - lean;
            load = pick(24) == 0;
            resetn = pick(40) != 0;
            d = $random(seed);
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {q_ref, at_max_ref, at_min_ref} === ({q_ref, at_max_ref, at_min_ref} ^ {q_dut, at_max_dut, at_min_dut} ^ {q_ref, at_max_ref, at_min_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (q_ref !== (q_ref ^ q_dut ^ q_ref)) begin
            if (stats1.errors_q == 0) stats1.errortime_q = $time;
            stats1.errors_q++;
        end
        if (at_max_ref !== (at_max_ref ^ at_max_dut ^ at_max_ref)) begin
            if (stats1.errors_at_max == 0) stats1.errortime_at_max = $time;
            stats1.errors_at_max++;
        end
        if (at_min_ref !== (at_min_ref ^ at_min_dut ^ at_min_ref)) begin
            if (stats1.errors_at_min == 0) stats1.errortime_at_min = $time;
            stats1.errors_at_min++;
        end
    end

    final begin
        if (stats1.errors_q) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "q", stats1.errors_q, stats1.errortime_q);
        else $display("Hint: Output '%s' has no mismatches.", "q");
        if (stats1.errors_at_max) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "at_max", stats1.errors_at_max, stats1.errortime_at_max);
        else $display("Hint: Output '%s' has no mismatches.", "at_max");
        if (stats1.errors_at_min) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "at_min", stats1.errors_at_min, stats1.errortime_at_min);
        else $display("Hint: Output '%s' has no mismatches.", "at_min");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
