`timescale 1 ps/1 ps

// A long run from the reset, loads of zero and of boundary values, then random inputs.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_q;
        int errortime_q;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic areset;
    logic load;
    logic enable;
    logic [15:0] seed_in;
    logic [15:0] q_ref;
    logic [15:0] q_dut;

    RefModule good1 (
        .clk(clk),
        .areset(areset),
        .load(load),
        .enable(enable),
        .seed_in(seed_in),
        .q(q_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .areset(areset),
        .load(load),
        .enable(enable),
        .seed_in(seed_in),
        .q(q_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 59715;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        areset = 1; load = 0; enable = 1; seed_in = 0;
        repeat (2) @(negedge clk);
        areset = 0;
        repeat (2000) @(negedge clk);
        enable = 0;
        repeat (3) @(negedge clk);
        load = 1; seed_in = 16'h0000;
        @(negedge clk) load = 0; enable = 1;
        repeat (40) @(negedge clk);
        load = 1; seed_in = 16'h8000;
        @(negedge clk) load = 0;
        repeat (40) @(negedge clk);
        areset = 1;
        #3 areset = 0;
        repeat (2000) @(negedge clk) begin
            enable = pick(4) != 0;
            load = pick(30) == 0;
            seed_in = pick(3) == 0 ? 0 : $random(seed);
            areset = pick(100) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {q_ref} === ({q_ref} ^ {q_dut} ^ {q_ref});

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
    end

    final begin
        if (stats1.errors_q) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "q", stats1.errors_q, stats1.errortime_q);
        else $display("Hint: Output '%s' has no mismatches.", "q");
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
