`timescale 1 ps/1 ps

// Loads just below every carry and 256 counts and more from there, counts with gaps, loads in the middle of a carry,
// then random inputs.
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

    logic load;
    logic enable;
    logic [15:0] page;
    logic [23:0] q_ref;
    logic [23:0] q_dut;

    RefModule good1 (
        .clk(clk),
        .load(load),
        .enable(enable),
        .page(page),
        .q(q_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .load(load),
        .enable(enable),
        .page(page),
        .q(q_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 77241;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task start_at(input [15:0] upper);
        load = 1; page = upper; enable = pick(2);
        @(negedge clk);
        load = 0;
    endtask
    task run(input int cycles, input int gaps);
        repeat (cycles) begin
            enable = gaps == 0 || pick(gaps + 1) == 0;
            page = $random(seed);
            @(negedge clk);
        end
    endtask
    initial begin
        load = 1; enable = 1; page = 0;
        repeat (2) @(negedge clk);
        start_at(16'h0000); run(530, 0);
        for (int i = 0; i <= 16; i++) begin
            start_at((1 << i) - 1); run(260, 0);
        end
        start_at(16'hffff); run(600, 1);
        start_at(16'h12ff); run(255, 0); run(40, 2); run(300, 0);
        for (int i = 250; i < 262; i++) begin
            start_at(16'h7fff); run(i, 0);
            start_at(16'h0fff); run(i, 0);
            load = 1; page = 16'h00fe; enable = 1;
            repeat (1 + i % 3) @(negedge clk);
            load = 0; run(257, 0);
        end
        repeat (40) begin
            start_at(pick(4) ? 16'hffff >> pick(16) : $random(seed)); run(256 + pick(20), pick(2));
        end
        repeat (1000) begin
            load = pick(20) == 0; enable = pick(2); page = $random(seed);
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = q_ref === (q_ref ^ q_dut ^ q_ref);

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
        #10000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
